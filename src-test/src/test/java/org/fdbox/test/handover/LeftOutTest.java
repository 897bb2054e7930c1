package org.fdbox.test.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What does not come back, and where that is said.
class LeftOutTest {

    @TempDir
    private Path folder;

    @Test
    void sigtermNamesWhatGoesWithIt() throws Exception {
        try (var daemon = DaemonProcess.start(folder)) {
            try (FdBoxClient client = daemon.client();
                    OwnedFd memory = TestFds.memfd("kept");
                    UnixSocket.Pair connected = UnixSocket.pair()) {
                client.createBox("open");
                client.put("open", "x", memory);
                client.createBox("mixed");
                client.putMany("mixed", Map.of("memory", memory, "peer", connected.one()), false);
                client.seal("mixed");
            }
            assertThat(daemon.terminate()).isZero();
            assertThat(daemon.log())
                    .contains("<4>not saved box=open: the box is not sealed")
                    .contains("<4>not saved box=mixed entry=peer kind=fdbox,connected-socket-v1: ");
        }
        try (var next = DaemonProcess.start(folder); FdBoxClient client = next.client()) {
            assertThat(next.log()).contains("recovered boxes=1 entries=1")
                    .contains("<4>lost box=mixed entry=peer");
            assertThat(client.handover().status().lost()).extracting(Reply.Left::name)
                    .containsExactly(Optional.of("peer"));
            assertThat(client.listBoxes()).hasSize(1);
            client.unseal("mixed");
            assertThat(client.list("mixed").entries()).hasSize(1);
        }
    }

    @Test
    void aSealedBoxThatCannotBeSavedIsAFailureAndItsEarlierSaveStays() throws Exception {
        Path path = folder.resolve("listener");
        try (var daemon = DaemonProcess.start(folder)) {
            try (FdBoxClient client = daemon.client();
                    OwnedFd memory = TestFds.memfd("kept");
                    OwnedFd listener =
                            UnixSocket.listen(new UnixAddress(path.toString()), SocketFacts.STREAM, 1)) {
                client.createBox("good");
                client.put("good", "x", memory);
                client.createBox("bad");
                client.put("bad", "listener", listener);
                client.seal("bad");
                client.handover().save(Optional.empty(), _ -> {});
                client.seal("good");
            }
            Files.delete(path);
            assertThat(daemon.terminate()).isEqualTo(1);
            assertThat(daemon.log()).contains(
                    "<4>not saved box=bad entry=listener kind=fdbox,unix-listener-v1: the box could not be saved: "
                            + path + " is gone",
                    "an earlier save of the box is kept");
        }
        try (var next = DaemonProcess.start(folder); FdBoxClient client = next.client()) {
            client.unseal("good");
            try (OwnedFd back = client.take("good", "x")) {
                assertThat(TestFds.text(back)).isEqualTo("kept");
            }
            client.unseal("bad");
            try (OwnedFd _ = client.take("bad", "listener")) {
                assertThat(UnixSocket.isServed(new UnixAddress(path.toString()), SocketFacts.STREAM))
                        .isTrue();
            }
        }
    }
}
