package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.SELF;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Devices without a state are opened again; every other one lives only while it is held.
@ExtendWith(NothingLeaks.class)
class CharacterDeviceHandlerTest {

    private final CharacterDeviceHandler handler = new CharacterDeviceHandler();
    private final Restoring restoring = new Restoring();

    @AfterEach
    void close() {
        restoring.close();
    }

    private static OwnedFd open(String device, int flags) {
        return OpenFile.open(device, flags);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/null", "/dev/zero", "/dev/full", "/dev/urandom"})
    void aDeviceWithoutAStateComesBack(String device) throws Exception {
        assumeTrue(Files.exists(Path.of(device)), device + " is missing");
        try (OwnedFd fd = open(device, OpenFlags.RDONLY | OpenFlags.NONBLOCK)) {
            assertThat(handler.examine(fd, new FdFacts(fd), SELF).survival()).isEqualTo(Survival.REOPEN);
            try (OwnedFd back = restoring.restore(handler, restoring.preserve(handler, fd))) {
                assertThat(handler.describe(back)).isEqualTo(handler.describe(fd));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/dev/net/tun", "/dev/kvm", "/dev/fuse", "/dev/ptmx", "/dev/kmsg", "/dev/vhost-net"})
    void aDeviceWithAStateLivesOnlyWhileItIsHeld(String device) throws Exception {
        assumeTrue(Files.isReadable(Path.of(device)), device + " is missing");
        try (OwnedFd fd = open(device, OpenFlags.RDONLY | OpenFlags.NONBLOCK)) {
            assertThat(handler.examine(fd, new FdFacts(fd), SELF).survival()).isEqualTo(Survival.LIVE);
            Saved saved = restoring.preserve(handler, fd);
            assertThatThrownBy(() -> restoring.restore(handler, saved)).isInstanceOf(HandlerRefusal.class);
        }
    }

    @Test
    void whatIsNowAnotherDeviceOrNoneIsRefused(@TempDir Path folder) throws Exception {
        try (OwnedFd fd = open("/dev/null", OpenFlags.WRONLY)) {
            Saved saved = restoring.preserve(handler, fd);
            Path file = Files.createFile(folder.resolve("null"));
            Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("/dev/null"));
            for (Saved bad : List.of(
                    saved.with("path", "/dev/zero"), saved.with("path", file.toString()),
                    saved.with("path", link.toString()),
                    saved.with("represents", "10:200"), saved.with("represents", "1"),
                    saved.with("represents", "x:y"),
                    saved.with("flags", List.of("x")), saved.without("path"))) {
                assertThatThrownBy(() -> restoring.restore(handler, bad))
                        .as(bad.properties().toString())
                        .isInstanceOf(HandlerRefusal.class);
            }
        }
    }
}
