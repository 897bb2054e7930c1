package org.fdbox.test.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.FileServer;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A file whose server does not answer any more: whatever has nothing to do with it is saved and comes back.
@Timeout(180)
class SilentServerTest {

    @TempDir
    Path folder;

    private static void fill(FdBoxClient client, FileServer server) throws Exception {
        client.createBox("here");
        client.createBox("remote");
        try (OwnedFd memory = TestFds.memfd("kept"); OwnedFd file = TestFds.file(server.file())) {
            client.put("here", "x", memory);
            client.put("remote", "x", file);
        }
        client.seal("here");
        client.seal("remote");
    }

    /// A process that has ended, but for the closing of the file: the kernel waits for the server, and nobody can kill it (fuse_flush).
    private static boolean isGone(DaemonProcess daemon) throws IOException {
        return Files.readString(Path.of("/proc/" + daemon.pid() + "/cmdline")).isEmpty();
    }

    @Test
    void theOthersAreSavedAndComeBack() throws Exception {
        try (var server = FileServer.start(folder);
                var daemon = DaemonProcess.startBy(folder, server.wrapper())) {
            try (FdBoxClient client = daemon.client()) {
                fill(client, server);
                client.handover().save(Optional.empty(), _ -> {});
            }
            server.fallSilent();
            try {
                daemon.signal("TERM");
                Eventually.holds("the daemon has ended", () -> isGone(daemon));
                assertThat(daemon.log()).contains("<4>not saved box=remote entry=x", "did not answer",
                        "an earlier save of the box is kept");
                assertComeBack(server);
            } finally {
                server.speak();
            }
            assertThat(daemon.awaitEnd()).isEqualTo(1);
        }
    }

    private void assertComeBack(FileServer server) throws Exception {
        try (var next = DaemonProcess.startBy(folder, server.wrapper()); FdBoxClient client = next.client()) {
            assertThat(client.handover().status().pending()).singleElement()
                    .satisfies(left -> assertThat(left.reason()).contains("did not answer"));
            client.unseal("here");
            try (OwnedFd back = client.take("here", "x")) {
                assertThat(TestFds.text(back)).isEqualTo("kept");
            }
            server.speak();
            client.unseal("remote");
            try (OwnedFd back = client.take("remote", "x")) {
                assertThat(TestFds.text(back)).isEqualTo("of a server");
            }
        }
    }
}
