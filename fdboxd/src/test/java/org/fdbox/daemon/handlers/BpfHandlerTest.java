package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.SELF;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.Bpf;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.ThisProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A BPF map is opened again from its pin, if it is still the same map.
@ExtendWith(NothingLeaks.class)
class BpfHandlerTest {

    /// Makes an array map, which needs no privilege in a user's own namespaces, and pins it (bpf(2): BPF_MAP_CREATE, BPF_OBJ_PIN).
    private static final String MAKE_AND_PIN = """
            import ctypes, platform, struct, sys
            libc = ctypes.CDLL(None, use_errno=True)
            number = 280 if platform.machine() == "aarch64" else 321
            def bpf(command, attribute):
                memory = ctypes.create_string_buffer(attribute, 128)
                answer = libc.syscall(number, command, memory, 128)
                if answer < 0:
                    sys.exit("errno %d" % ctypes.get_errno())
                return answer
            map = bpf(0, struct.pack("=5I", 2, 4, 8, 4, 0))
            path = ctypes.create_string_buffer(sys.argv[1].encode())
            bpf(6, struct.pack("=QII", ctypes.addressof(path), map, 0))
            """;

    private final BpfHandler handler = new BpfHandler();
    private final Restoring restoring = new Restoring();
    private Path folder;
    private Path pin;

    @BeforeEach
    void makeAndPin() throws Exception {
        folder = Files
                .createDirectory(Mounted.of("bpf").resolve("fdbox-test-" + ProcessHandle.current().pid()));
        pin = pinned("map");
    }

    private Path pinned(String name) throws Exception {
        Path path = folder.resolve(name);
        var python = new ProcessBuilder("python3", "-c", MAKE_AND_PIN, path.toString()).start();
        String error = new String(python.getErrorStream().readAllBytes());
        assumeTrue(python.waitFor() == 0, "this user may make no BPF map: " + error);
        return path;
    }

    @AfterEach
    void close() throws Exception {
        restoring.close();
        if (folder != null) {
            try (var pins = Files.list(folder)) {
                for (Path left : pins.toList()) {
                    Files.delete(left);
                }
            }
            Files.delete(folder);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {OpenFlags.RDONLY, OpenFlags.WRONLY, OpenFlags.RDWR})
    void aPinnedMapComesBack(int access) throws Exception {
        try (OwnedFd map = Bpf.open(pin.toString(), access)) {
            assertThat(handler.recognises(new FdFacts(map))).isTrue();
            assertThat(handler.examine(map, new FdFacts(map), SELF)).isEqualTo(Prospect.of(Survival.REOPEN));
            Saved saved = restoring.preserve(handler, map);
            assertThat(saved.properties()).containsEntry("pin", pin.toString());
            try (OwnedFd back = restoring.restore(handler, saved)) {
                assertThat(handler.describe(back)).isEqualTo(handler.describe(map));
            }
        }
    }

    @Test
    void aMapWithoutAPinLivesOnlyWhileItIsHeld() throws Exception {
        try (OwnedFd map = Bpf.open(pin.toString(), OpenFlags.RDWR)) {
            Saved saved = restoring.preserve(handler, map);
            Files.delete(pin);
            pinned("another");
            Prospect prospect = handler.examine(map, new FdFacts(map), SELF);
            assertThat(prospect.survival()).isEqualTo(Survival.LIVE);
            assertThat(prospect.reason().orElseThrow()).contains("no pin of map");
            assertThatThrownBy(() -> restoring.preserve(handler, map)).isInstanceOf(HandlerRefusal.class);
            assertThatThrownBy(() -> restoring.restore(handler, saved)).isInstanceOf(HandlerRefusal.class);
        }
    }

    @Test
    void whatIsNotTheSameIsRefused() throws Exception {
        try (OwnedFd map = Bpf.open(pin.toString(), OpenFlags.RDWR)) {
            Saved saved = restoring.preserve(handler, map);
            for (Saved bad : List.of(
                    saved.with("pin", pinned("another").toString()), saved.with("pin", "/dev/null"),
                    saved.with("object", "prog"), saved.with("id", "0"), saved.with("bootId", "earlier"),
                    saved.with("flags", List.of("x")), saved.without("pin"), saved.without("id"))) {
                assertThatThrownBy(() -> restoring.restore(handler, bad))
                        .as(bad.properties().toString())
                        .isInstanceOf(HandlerRefusal.class);
            }
        }
    }

    @Test
    void onlyWhereThePutterMayOpenThePin() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can look with another user's eyes");
        try (OwnedFd map = Bpf.open(pin.toString(), OpenFlags.RDWR); var asAlice = new Restoring(ALICE)) {
            assertThat(handler.examine(map, new FdFacts(map), ALICE).survival()).isEqualTo(Survival.LIVE);
            Saved saved = restoring.preserve(handler, map);
            assertThatThrownBy(() -> asAlice.restore(handler, saved)).isInstanceOf(HandlerRefusal.class);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-rw-rw-"));
            assertThat(handler.examine(map, new FdFacts(map), ALICE).survival()).isEqualTo(Survival.REOPEN);
            asAlice.restore(handler, saved).close();
        }
    }
}
