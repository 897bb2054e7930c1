package org.fdbox.test.survival;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Descriptors;
import org.fdbox.test.support.Eventually;
import org.junit.jupiter.api.Test;

/// A spare that is a service itself, whose manager still keeps what it held when it was the daemon. Another has been the daemon since.
class SpareOfServiceTest extends UnderManager {

    private void leaveOldEntries() throws Exception {
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            client.createBox("old");
            put(client, "old", "x", "one");
            put(client, "old", "y", "two");
            daemon.kill();
        }
        assertThat(manager.entries()).hasSize(2);
    }

    private void serveAsSpare(String... options) throws Exception {
        leaveOldEntries();
        try (DaemonProcess first = DaemonProcess.start(folder);
                DaemonProcess spare = spare(options);
                FdBoxClient before = first.client()) {
            before.createBox("new");
            put(before, "new", "z", "three");
            first.kill();
            spare.awaitLog("serving in its place");
            try (FdBoxClient client = spare.client()) {
                assertThat(client.listBoxes()).extracting(BoxInfo::name).containsExactly("new");
                assertThat(Descriptors.of(spare.pid())).containsEntry("/memfd:test (deleted)", 1);
            }
            spare.kill();
        }
    }

    private DaemonProcess spare(String... options) throws Exception {
        DaemonProcess spare = manager.launch(List.of(), options);
        try {
            spare.awaitLog("following the daemon at");
            return spare;
        } catch (Exception | Error failed) {
            spare.close();
            throw failed;
        }
    }

    @Test
    void itsManagerKeepsFromThenOnWhatItServes() throws Exception {
        serveAsSpare("--standby");
        Eventually.holds("what it held then is let go of", () -> manager.entries().size() == 1);
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            assertThat(client.listBoxes()).extracting(BoxInfo::name).containsExactly("new");
            assertThat(take(client, "new", "z")).isEqualTo("three");
        }
    }

    @Test
    void whereItIsToKeepNothingItLetsGoOfThat() throws Exception {
        serveAsSpare("--standby", "--config", config("off").toString());
        Eventually.holds("nothing is kept", () -> manager.names().isEmpty());
    }
}
