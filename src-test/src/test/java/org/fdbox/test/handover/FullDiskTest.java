package org.fdbox.test.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.Contents;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.MountSpace;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A state directory whose disk is full, read-only, broken, or too small for a file: what was saved stays, what is held is held on,
/// and the reason is told.
class FullDiskTest {

    private static final int TOO_MUCH = 4 << 20;

    @TempDir
    Path folder;

    private Path state;

    @BeforeEach
    void makeStateDirectory() throws Exception {
        state = Files.createDirectory(DaemonProcess.state(folder));
        Shell.run(List.of("chmod", "700", state.toString()));
    }

    /// Box "small" holds a few bytes, and is saved.
    private static void saveSmall(FdBoxClient client) throws Exception {
        put(client, "small", "kept");
        client.handover().save(Optional.empty(), _ -> {});
    }

    private static void put(FdBoxClient client, String box, String text) throws Exception {
        try (OwnedFd memory = TestFds.memfd(text)) {
            client.createBox(box);
            client.put(box, "x", memory);
            client.seal(box);
        }
    }

    private static void putLarge(FdBoxClient client) throws Exception {
        put(client, "large", "x".repeat(TOO_MUCH));
    }

    private static void assertSmallIsKept(DaemonProcess next, String text) throws Exception {
        try (FdBoxClient client = next.client()) {
            assertThat(client.listBoxes()).extracting(BoxInfo::name).contains("small");
            client.unseal("small");
            try (OwnedFd back = client.take("small", "x")) {
                assertThat(TestFds.text(back)).isEqualTo(text);
            }
        }
    }

    private static void assertHeld(FdBoxClient client) throws Exception {
        client.unseal("large");
        try (OwnedFd back = client.take("large", "x")) {
            assertThat(Contents.read(back, 0, 4)).containsOnly('x');
        }
    }

    private static void assertFailed(Reply.Saved saved, String reason) {
        assertThat(saved.leftOut().orElseThrow()).singleElement().satisfies(left -> {
            assertThat(left.box()).isEqualTo("large");
            assertThat(left.name()).contains("x");
            assertThat(left.reason()).contains("could not be saved", reason, "payload")
                    .doesNotContain("java");
        });
    }

    @Test
    void aDiskThatIsFullFailsWhatHasNoRoom() throws Exception {
        try (MountSpace space = MountSpace.open()) {
            space.mount(state, "size=1m");
            try (DaemonProcess daemon = DaemonProcess.startBy(folder, space.wrapper());
                    FdBoxClient client = daemon.client()) {
                saveSmall(client);
                putLarge(client);
                assertFailed(client.handover().save(Optional.empty(), _ -> {}), "make room");
                assertHeld(client);
                assertThat(Files.list(space.seen(state).resolve("payload"))).hasSize(1);
                daemon.takeStock();
                daemon.kill();
            }
            try (DaemonProcess next = DaemonProcess.startBy(folder, space.wrapper())) {
                assertSmallIsKept(next, "kept");
            }
        }
    }

    @Test
    void aDiskWithoutRoomForTheManifestKeepsTheLastHandover() throws Exception {
        try (MountSpace space = MountSpace.open()) {
            space.mount(state, "size=1m");
            try (DaemonProcess daemon = DaemonProcess.startBy(folder, space.wrapper());
                    FdBoxClient client = daemon.client()) {
                saveSmall(client);
                space.run("sh", "-c", "cat /dev/zero > " + state + "/filler 2>/dev/null; true");
                assertThatThrownBy(() -> client.handover().save(Optional.empty(), _ -> {}))
                        .isInstanceOf(Refused.HandoverFailed.class)
                        .hasMessageContaining("ENOSPC").hasMessageContaining("handover.json")
                        .hasMessageContaining("make room");
                assertThat(client.handover().status().state()).isEqualTo("live");
                assertThat(daemon.terminate()).isEqualTo(1);
                assertThat(daemon.log()).contains("nothing could be saved").contains("is kept");
            }
            try (DaemonProcess next = DaemonProcess.startBy(folder, space.wrapper())) {
                assertSmallIsKept(next, "kept");
            }
        }
    }

    @Test
    void aBoxThatCannotBeMarkedAsFinishedStaysSealed() throws Exception {
        try (MountSpace space = MountSpace.open()) {
            space.mount(state, "nr_inodes=8");
            try (DaemonProcess daemon = DaemonProcess.startBy(folder, space.wrapper());
                    FdBoxClient client = daemon.client()) {
                saveSmall(client);
                space.run("sh", "-c", "for i in 1 2 3 4 5 6 7 8; do touch " + state
                        + "/filler$i; done 2>/dev/null; true");
                assertThatThrownBy(() -> client.unseal("small")).isInstanceOf(Refused.HandoverFailed.class)
                        .hasMessageContaining("No space left on device")
                        .hasMessageContaining("finished").hasMessageNotContaining("java");
                assertThat(client.list("small").box().sealed()).isTrue();
                space.run("sh", "-c", "rm " + state + "/filler*");
                client.unseal("small");
            }
        }
    }

    @Test
    void aDirectoryThatBecomesReadOnlyKeepsEverything() throws Exception {
        try (MountSpace space = MountSpace.open()) {
            space.mount(state, "size=1m");
            try (DaemonProcess daemon = DaemonProcess.startBy(folder, space.wrapper());
                    FdBoxClient client = daemon.client()) {
                saveSmall(client);
                // The lock, which is open for writing, would keep the first mount from becoming read-only.
                space.run("mount", "--bind", state.toString(), state.toString());
                space.run("mount", "-o", "remount,bind,ro", state.toString());
                assertThatThrownBy(() -> client.handover().save(Optional.empty(), _ -> {}))
                        .isInstanceOf(Refused.HandoverFailed.class)
                        .hasMessageContaining("ead-only file system").hasMessageContaining("writable");
                assertThatThrownBy(() -> client.unseal("small")).isInstanceOf(Refused.HandoverFailed.class)
                        .hasMessageContaining("ead-only file system");
                assertThatThrownBy(() -> client.deleteBox("small"))
                        .isInstanceOf(Refused.HandoverFailed.class);
                assertThat(daemon.terminate()).isEqualTo(1);
            }
            try (DaemonProcess refused = DaemonProcess.launch(folder, space.wrapper())) {
                assertThat(refused.awaitEnd()).isEqualTo(1);
                assertThat(refused.log()).contains("cannot be used", state.toString(), "EROFS", "writable")
                        .doesNotContain("java.");
            }
            space.run("mount", "-o", "remount,bind,rw", state.toString());
            try (DaemonProcess next = DaemonProcess.startBy(folder, space.wrapper())) {
                assertSmallIsKept(next, "kept");
            }
        }
    }

    /// RLIMIT_FSIZE counts for payloads, and for the memory that a recovery makes again.
    @Test
    void aFileThatMayNotBecomeSoLarge() throws Exception {
        assumeTrue(Shell.has("prlimit"), "prlimit of util-linux is not installed");
        List<String> limited = List.of("prlimit", "--fsize=1000000:1000000");
        try (DaemonProcess daemon = DaemonProcess.startBy(folder, limited);
                FdBoxClient client = daemon.client()) {
            saveSmall(client);
            putLarge(client);
            assertFailed(client.handover().save(Optional.empty(), _ -> {}), "LimitFSIZE");
            assertHeld(client);
            daemon.kill();
        }
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            putLarge(client);
            assertThat(daemon.terminate()).isZero();
        }
        try (DaemonProcess daemon = DaemonProcess.startBy(folder, limited);
                FdBoxClient client = daemon.client()) {
            assertThat(client.handover().status().pending()).singleElement()
                    .satisfies(left -> assertThat(left.reason()).contains("EFBIG"));
            client.handover().save(Optional.empty(), _ -> {});
            assertThat(daemon.terminate()).isZero();
        }
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            assertHeld(client);
            assertSmallIsKept(daemon, "kept");
        }
    }

    /// A disk that fails, as far as a filter of system calls can play one: whatever is to be made durable answers EIO.
    private List<String> brokenDisk() throws Exception {
        assumeTrue(
                Shell.has("python3") && List.of("amd64", "aarch64").contains(System.getProperty("os.arch")),
                "python3 is missing, or the number of fsync(2) is not known here");
        Path script = Path.of(FullDiskTest.class.getResource("/python/broken_disk.py").toURI());
        List<String> wrapper = List.of(Programs.python(), script.toString());
        assumeTrue(Shell.run(List.of(Programs.python(), script.toString(), "true")).status() == 0,
                "filters of system calls are not possible here");
        return wrapper;
    }

    @Test
    void aDiskThatFailsLosesNothing() throws Exception {
        List<String> broken = brokenDisk();
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            saveSmall(client);
            daemon.kill();
        }
        byte[] before = Files.readAllBytes(state.resolve("handover.json"));
        try (DaemonProcess daemon = DaemonProcess.startBy(folder, broken);
                FdBoxClient client = daemon.client()) {
            assertThatThrownBy(() -> client.unseal("small")).isInstanceOf(Refused.HandoverFailed.class)
                    .hasMessageContaining("EIO, input/output error");
            assertThat(Files.list(state.resolve("finished"))).isEmpty();
            putLarge(client);
            assertThatThrownBy(() -> client.handover().save(Optional.empty(), _ -> {}))
                    .isInstanceOf(Refused.HandoverFailed.class)
                    .hasMessageContaining("EIO, input/output error");
            assertThat(client.listBoxes()).hasSize(2);
            assertThat(daemon.terminate()).isEqualTo(1);
        }
        assertThat(Files.readAllBytes(state.resolve("handover.json"))).isEqualTo(before);
        try (DaemonProcess next = DaemonProcess.start(folder)) {
            assertSmallIsKept(next, "kept");
        }
    }
}
