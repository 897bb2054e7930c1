package org.fdbox.test.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;

/// What the store has no room for, and what else bounds and switches it.
class StoreLimitsTest extends UnderManager {

    /// The store drops what is over its limit without a word, and a put that it would have dropped is refused.
    @Test
    void aFullStoreIsNoticed() throws Exception {
        manager.setLimit(6);
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            client.createBox("b");
            put(client, "b", "1", "1");
            put(client, "b", "2", "2");
            put(client, "b", "3", "3");
            assertThatThrownBy(() -> put(client, "b", "4", "4")).isInstanceOf(Refused.QuotaExceeded.class)
                    .hasMessageContaining("FileDescriptorStoreMax");
            assertThat(client.list("b").entries()).hasSize(3);
            client.drop("b", "2");
            put(client, "b", "4", "4");
            daemon.kill();
        }
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            assertThat(client.list("b").entries()).extracting(EntryInfo::name).containsExactly("1", "3", "4");
            assertThat(take(client, "b", "4")).isEqualTo("4");
        }
    }

    @Test
    void fastDoesNotWaitAndSaysWhatItLost() throws Exception {
        manager.setLimit(5);
        Path config = config("fast");
        try (DaemonProcess daemon = manager.start("--config", config.toString());
                FdBoxClient client = daemon.client()) {
            client.createBox("b");
            for (int i = 0; i < 6; i++) {
                put(client, "b", "e" + i, "text");
            }
            assertThat(client.list("b").entries()).hasSize(6);
            daemon.awaitLog("the service manager's store is full");
            daemon.kill();
        }
        try (DaemonProcess daemon = manager.start("--config", config.toString());
                FdBoxClient client = daemon.client()) {
            assertThat(client.list("b").entries()).extracting(EntryInfo::name).contains("e0", "e1")
                    .doesNotContain("e5");
            daemon.awaitLog("lost box=b entry=e5: the service manager did not keep it");
        }
    }

    /// Who switches it off loses nothing by that.
    @Test
    void switchedOffItGivesBackAndLetsGo() throws Exception {
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            client.createBox("b");
            put(client, "b", "x", "one");
            daemon.kill();
        }
        try (DaemonProcess daemon = manager.start("--config", config("off").toString());
                FdBoxClient client = daemon.client()) {
            assertThat(manager.names()).isEmpty();
            assertThat(take(client, "b", "x")).isEqualTo("one");
        }
    }

    @Test
    void withoutAStoreThereIsNoSafety() throws Exception {
        manager.setLimit(0);
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            daemon.awaitLog("crash survival: off");
            client.createBox("b");
            put(client, "b", "x", "one");
        }
        try (DaemonProcess daemon = manager.launch(List.of(), "--config", config("safe").toString())) {
            assertThat(daemon.awaitEnd()).isEqualTo(1);
            assertThat(daemon.log()).contains("crashSurvival is \"safe\"", "FileDescriptorStoreMax=");
        }
    }

    /// The ledger is written anew, now into one file and now into the other.
    @Test
    void aLongLifeIsNoProblem() throws Exception {
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client();
                OwnedFd memory = TestFds.memfd("text")) {
            client.createBox("b");
            for (int i = 0; i < 3000; i++) {
                client.put("b", "x" + i % 7, memory, true);
            }
            daemon.kill();
        }
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            assertThat(client.list("b").entries()).hasSize(7);
            assertThat(manager.names()).hasSize(3);
        }
    }

    @Test
    void nothingIsLeftOpen() throws Exception {
        try (DaemonProcess daemon = manager.start()) {
            try (FdBoxClient client = daemon.client()) {
                client.createBox("b");
                for (int i = 0; i < 50; i++) {
                    put(client, "b", "x" + i, "text");
                }
                client.deleteBox("b");
            }
            daemon.assertNothingLeaked();
        }
    }
}
