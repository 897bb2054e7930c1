package org.fdbox.test.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was handed out, deleted or dropped since a save never comes back; what waits for its handler always does.
class FinishedTest {

    @TempDir
    private Path folder;

    /// Three boxes with a copy of the same words each, saved; a fourth shares its file with the first.
    private void save(FdBoxClient client) throws Exception {
        try (OwnedFd shared = TestFds.memfd("shared")) {
            for (String box : new String[]{"unsealed", "deleted", "kept", "sharing"}) {
                client.createBox(box);
                try (OwnedFd memory = TestFds.memfd("words")) {
                    client.put(box, "x", memory);
                }
            }
            client.put("unsealed", "shared", shared);
            client.put("sharing", "shared", shared);
        }
        for (String box : new String[]{"unsealed", "deleted", "kept", "sharing"}) {
            client.seal(box);
        }
        client.handover().save(Optional.empty(), _ -> {});
    }

    @Test
    void neitherUnsealedNorDeletedBoxesComeBack() throws Exception {
        try (var daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            save(client);
            client.unseal("unsealed");
            client.deleteBox("deleted");
            daemon.kill();
        }
        for (Ending ending : Ending.values()) {
            try (var next = DaemonProcess.start(folder); FdBoxClient client = next.client()) {
                assertThat(client.listBoxes()).extracting(box -> box.name())
                        .containsExactlyInAnyOrder("kept", "sharing");
                assertThat(client.list("sharing").entries())
                        .extracting(EntryInfo::name, EntryInfo::state)
                        .containsExactlyInAnyOrder(
                                tuple("x", EntryInfo.State.HELD),
                                tuple("shared", EntryInfo.State.PENDING));
                ending.end(next);
            }
        }
    }

    @Test
    void aBoxThatIsSealedAgainComesBackWithWhatItHoldsNow() throws Exception {
        try (var daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            save(client);
            client.unseal("kept");
            client.take("kept", "x").close();
            try (OwnedFd memory = TestFds.memfd("other words")) {
                client.put("kept", "y", memory);
            }
            client.seal("kept");
            assertThat(daemon.terminate()).isZero();
        }
        try (var next = DaemonProcess.start(folder); FdBoxClient client = next.client()) {
            client.unseal("kept");
            assertThat(client.list("kept").entries()).extracting(EntryInfo::name).containsExactly("y");
            try (OwnedFd back = client.take("kept", "y")) {
                assertThat(TestFds.text(back)).isEqualTo("other words");
            }
        }
    }

    @Test
    void whatHasNoHandlerWaitsForIt() throws Exception {
        String without = Files.writeString(folder.resolve("without.json"),
                "{\"disabledHandlers\": [\"fdbox,eventfd-v1\"]}").toString();
        try (var daemon = DaemonProcess.start(folder);
                FdBoxClient client = daemon.client();
                OwnedFd counter = EventFd.create(42, false, false)) {
            client.createBox("b");
            client.put("b", "counter", counter);
            client.put("b", "dropped", counter);
            client.seal("b");
            assertThat(daemon.terminate()).isZero();
        }
        try (var other = DaemonProcess.start(folder, "--config", without);
                FdBoxClient client = other.client()) {
            assertThat(other.log()).contains("<4>pending box=b entry=counter kind=fdbox,eventfd-v1: ");
            client.unseal("b");
            assertThatThrownBy(() -> client.take("b", "counter")).isInstanceOf(Refused.FdPending.class);
            client.drop("b", "dropped");
            other.kill();
        }
        try (var other = DaemonProcess.start(folder, "--config", without)) {
            assertThat(other.terminate()).isZero();
        }
        try (var next = DaemonProcess.start(folder); FdBoxClient client = next.client()) {
            assertThat(client.list("b").entries()).extracting(EntryInfo::name).containsExactly("counter");
            client.unseal("b");
            try (OwnedFd back = client.take("b", "counter")) {
                assertThat(EventFd.read(back)).isEqualTo(42);
            }
        }
    }
}
