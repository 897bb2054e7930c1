package org.fdbox.test.survival;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.client.ConnectionLostException;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A daemon that dies at any moment of a put, a take, a seal or a start: what it acknowledged is there afterwards, what it did not is
/// wholly there or wholly absent. The moments are those of org.fdbox.daemon.service.Moment.
class KilledMidwayTest extends UnderManager {

    private interface Deed {
        void by(FdBoxClient client) throws Refused, IOException;
    }

    /// Boxes "b", with "kept", and "c", which is empty.
    private void prepare() throws Exception {
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            client.createBox("b");
            client.createBox("c");
            put(client, "b", "kept", "kept");
            daemon.kill();
        }
    }

    /// Does something during which the daemon is to die.
    ///
    /// @return whether it was acknowledged
    private boolean dieDuring(String moment, Deed deed) throws Exception {
        try (DaemonProcess dying = manager.launch(List.of("FDBOXD_KILL_AT=" + moment))) {
            dying.awaitServing();
            boolean acknowledged;
            try (FdBoxClient client = dying.client()) {
                deed.by(client);
                acknowledged = true;
            } catch (ConnectionLostException died) {
                acknowledged = false;
            }
            assertThat(dying.awaitEnd()).isEqualTo(128 + 9);
            return acknowledged;
        }
    }

    private static List<String> names(FdBoxClient client, String box) throws Refused, IOException {
        return client.list(box).entries().stream().map(EntryInfo::name).toList();
    }

    private static String text(FdBoxClient client, String box, String name) throws Refused, IOException {
        try (OwnedFd copy = client.copy(box, name)) {
            return TestFds.text(copy);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SENT", "SENT:2", "CONFIRMED", "CHANGED", "WRITTEN"})
    void aPutIsWholeOrHasNotBeen(String moment) throws Exception {
        prepare();
        boolean acknowledged = dieDuring(moment, client -> {
            try (OwnedFd one = TestFds.memfd("one"); OwnedFd two = TestFds.memfd("two")) {
                client.putMany("c", Map.of("one", one, "two", two), false);
            }
        });
        assertThat(acknowledged).isFalse();
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            assertThat(text(client, "b", "kept")).isEqualTo("kept");
            if (moment.equals("WRITTEN")) {
                assertThat(text(client, "c", "one")).isEqualTo("one");
                assertThat(text(client, "c", "two")).isEqualTo("two");
                assertThat(manager.entries()).hasSize(3);
            } else {
                assertThat(names(client, "c")).isEmpty();
                assertThat(manager.entries()).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SENT", "CONFIRMED", "CHANGED", "WRITTEN", "REMOVED"})
    void aReplacementLeavesOneOfTheTwo(String moment) throws Exception {
        prepare();
        boolean acknowledged = dieDuring(moment, client -> {
            try (OwnedFd other = TestFds.memfd("other")) {
                client.put("b", "kept", other, true);
                client.listBoxes();
            }
        });
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            boolean written = List.of("WRITTEN", "REMOVED").contains(moment);
            assertThat(text(client, "b", "kept")).isEqualTo(written || acknowledged ? "other" : "kept");
            assertThat(manager.entries()).hasSize(1);
        }
    }

    /// It has left already, and may come back: doubled, never lost.
    @ParameterizedTest
    @ValueSource(strings = {"CHANGED", "WRITTEN", "REMOVED"})
    void aTakenEntryIsDoubledAtMost(String moment) throws Exception {
        prepare();
        boolean taken = dieDuring(moment, client -> {
            try (OwnedFd kept = client.take("b", "kept")) {
                assertThat(TestFds.text(kept)).isEqualTo("kept");
            }
        });
        assertThat(taken).isTrue();
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            assertThat(names(client, "b")).hasSize(moment.equals("CHANGED") ? 1 : 0);
            assertThat(manager.entries()).hasSize(moment.equals("CHANGED") ? 1 : 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CHANGED", "WRITTEN"})
    void aBoxIsAsItWasOrAsItWasToBe(String moment) throws Exception {
        prepare();
        dieDuring(moment, client -> client.seal("b"));
        dieDuring(moment, client -> client.createBox("d"));
        dieDuring(moment, client -> client.deleteBox("c"));
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            boolean written = moment.equals("WRITTEN");
            assertThat(client.listBoxes()).extracting(BoxInfo::name)
                    .isEqualTo(written ? List.of("b", "d") : List.of("b", "c"));
            assertThat(client.listBoxes().getFirst().sealed()).isEqualTo(written);
            client.createBox("e");
        }
    }

    /// What files have and what is kept are put together by the next that starts.
    @ParameterizedTest
    @ValueSource(strings = {"TAKEN_BACK", "LEDGER_EMPTIED", "LEDGER_RENEWED", "SENT", "CONFIRMED",
        "MANIFEST_READ", "ENTRY_RESTORED", "BOXES_RECOVERED"})
    void aStartCanBeginAgain(String step) throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            client.createBox("saved");
            put(client, "saved", "s", "saved");
            client.seal("saved");
            client.handover().save(Optional.empty(), _ -> {});
            daemon.kill();
        }
        manager.setLimit(2);
        try (DaemonProcess daemon = manager.start()) {
            daemon.awaitLog("crash survival: off");
        }
        manager.setLimit(ROOMY);
        try (DaemonProcess dying = manager.launch(List.of("FDBOXD_KILL_AT=" + step))) {
            assertThat(dying.awaitEnd()).isEqualTo(128 + 9);
        }
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            client.createBox("b");
            put(client, "b", "x", "one");
            daemon.kill();
        }
        if (!List.of("SENT", "CONFIRMED", "ENTRY_RESTORED").contains(step)) {
            try (DaemonProcess dying = manager.launch(List.of("FDBOXD_KILL_AT=" + step))) {
                assertThat(dying.awaitEnd()).isEqualTo(128 + 9);
            }
        }
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            assertThat(text(client, "b", "x")).isEqualTo("one");
            client.unseal("saved");
            assertThat(text(client, "saved", "s")).isEqualTo("saved");
            assertThat(manager.entries()).hasSize(2);
        }
    }
}
