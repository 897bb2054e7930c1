package org.fdbox.test.survival;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.Lease;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SameDescription;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;

/// A daemon dies of SIGKILL, and the next one has everything: contents, names, boxes, seals, owners.
class CrashTest extends UnderManager {

    @Test
    void everythingIsAsItWas() throws Exception {
        BoxInfo open;
        BoxInfo sealed;
        List<EntryInfo> entries;
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            client.createBox("open");
            client.createBox("sealed");
            client.createBox("empty");
            put(client, "open", "x", "one");
            put(client, "open", "y", "two");
            put(client, "sealed", "z", "three");
            client.setAccess("open", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(0750));
            client.seal("sealed");
            open = box(client, "open");
            sealed = box(client, "sealed");
            entries = client.list("open").entries();
            assertThat(manager.entries()).hasSize(3);
            daemon.kill();
        }
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            assertThat(client.listBoxes()).hasSize(3).contains(open, sealed);
            assertThat(client.list("open").entries()).isEqualTo(entries);
            assertThat(take(client, "open", "x")).isEqualTo("one");
            client.unseal("sealed");
            assertThat(take(client, "sealed", "z")).isEqualTo("three");
            assertThat(take(client, "open", "y")).isEqualTo("two");
            Eventually.holds("nothing is kept any more", () -> manager.entries().isEmpty());
        }
    }

    @Test
    void whatWasTakenDroppedOrReplacedStaysSo() throws Exception {
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            client.createBox("b");
            client.createBox("deleted");
            for (String name : List.of("taken", "dropped", "replaced", "left")) {
                put(client, "b", name, name);
            }
            put(client, "deleted", "x", "x");
            take(client, "b", "taken");
            client.drop("b", "dropped");
            client.deleteBox("deleted");
            try (OwnedFd other = TestFds.memfd("other")) {
                client.put("b", "replaced", other, true);
            }
            daemon.kill();
        }
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            assertThat(client.listBoxes()).extracting(BoxInfo::name).containsExactly("b");
            assertThat(client.list("b").entries()).extracting(EntryInfo::name)
                    .containsExactlyInAnyOrder("replaced", "left");
            assertThat(take(client, "b", "replaced")).isEqualTo("other");
        }
    }

    @Test
    void aLeaseIsReturned() throws Exception {
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            client.createBox("b");
            put(client, "b", "leased", "text");
            put(client, "b", "confirmed", "text");
            try (Lease _ = client.lease("b", List.of("leased"));
                    Lease confirmed = client.lease("b", List.of("confirmed"))) {
                confirmed.confirm();
                daemon.kill();
            }
        }
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            assertThat(client.list("b").entries()).extracting(EntryInfo::name).containsExactly("leased");
            assertThat(take(client, "b", "leased")).isEqualTo("text");
        }
    }

    /// systemd ignores what it has already under another name.
    @Test
    void twoNamesForOneFileBothComeBack() throws Exception {
        try (DaemonProcess daemon = manager.start();
                FdBoxClient client = daemon.client();
                OwnedFd counter = EventFd.create(0, false, true);
                OwnedFd another = EventFd.create(0, false, true)) {
            client.createBox("b");
            client.createBox("c");
            client.put("b", "x", counter);
            client.put("b", "y", counter);
            client.put("c", "z", counter);
            client.put("c", "other", another);
            assertThat(manager.entries()).hasSize(2);
            client.drop("b", "x");
            client.put("b", "x", counter);
            client.drop("b", "y");
            client.put("b", "y", counter);
            daemon.kill();
        }
        try (DaemonProcess daemon = manager.start();
                FdBoxClient client = daemon.client();
                OwnedFd x = client.take("b", "x");
                OwnedFd y = client.take("b", "y");
                OwnedFd z = client.take("c", "z");
                OwnedFd other = client.take("c", "other")) {
            assertThat(SameDescription.are(x, y)).isTrue();
            assertThat(SameDescription.are(x, z)).isTrue();
            assertThat(SameDescription.are(x, other)).isFalse();
            Eventually.holds("nothing is kept any more", () -> manager.entries().isEmpty());
        }
    }

    /// A get and a put of one open file, again and again: its old name in the store is gone before it gets a new one.
    @Test
    void whatGoesInAndOutIsNeverMistakenForWhatLeft() throws Exception {
        try (OwnedFd counter = EventFd.create(0, false, true)) {
            try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client();
                    FdBoxClient other = daemon.client()) {
                client.createBox("b");
                client.put("b", "x", counter);
                for (int i = 0; i < 300; i++) {
                    try (OwnedFd taken = client.take("b", "x")) {
                        other.put("b", "x", taken);
                    }
                }
                daemon.kill();
            }
            try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client();
                    OwnedFd back = client.take("b", "x")) {
                assertThat(SameDescription.are(back, counter)).isTrue();
            }
        }
    }

    /// What is alive is newer than what was saved of it, and comes back once.
    @Test
    void whatIsAliveWinsOverWhatWasSaved() throws Exception {
        try (OwnedFd memory = TestFds.memfd("old"); OwnedFd unsealed = TestFds.memfd("unsealed")) {
            try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
                client.createBox("b");
                client.createBox("c");
                client.put("b", "x", memory);
                client.put("b", "y", memory);
                client.put("c", "z", unsealed);
                client.seal("b");
                client.seal("c");
                client.handover().save(Optional.empty(), _ -> {});
                client.unseal("c");
                try (OwnedFd taken = client.take("c", "z")) {
                    assertThat(TestFds.text(taken)).isEqualTo("unsealed");
                }
                daemon.kill();
            }
            try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
                assertThat(box(client, "b").sealed()).isTrue();
                assertThat(box(client, "c").entries()).isZero();
                client.unseal("b");
                try (OwnedFd x = client.take("b", "x"); OwnedFd y = client.take("b", "y")) {
                    assertThat(SameDescription.are(x, memory)).isTrue();
                    assertThat(SameDescription.are(y, memory)).isTrue();
                }
                daemon.kill();
            }
            try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
                assertThat(client.list("b").entries()).isEmpty();
            }
        }
    }

    /// Both would bring back what is held, and hand it out twice.
    @Test
    void whereTheManagerKeepsItASpareWouldBeOneTooMany() throws Exception {
        try (DaemonProcess daemon = manager.start();
                DaemonProcess spare = DaemonProcess.launch(folder, List.of(), "--standby");
                FdBoxClient client = daemon.client()) {
            assertThat(spare.awaitEnd()).isEqualTo(1);
            assertThat(spare.log()).contains("takes no spare now").contains("crashSurvival");
            client.createBox("b");
        }
    }

    /// An end in order keeps it as well, where the service manager does (a restart, or FileDescriptorStorePreserve=yes); and what only
    /// files had is kept from then on.
    @Test
    void aRestartLosesNothing() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            client.createBox("saved");
            put(client, "saved", "s", "saved");
            client.seal("saved");
            assertThat(daemon.terminate()).isZero();
        }
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            assertThat(manager.entries()).hasSize(1);
            client.createBox("open");
            put(client, "open", "x", "one");
            assertThat(daemon.terminate()).isZero();
        }
        try (DaemonProcess daemon = manager.start(); FdBoxClient client = daemon.client()) {
            assertThat(take(client, "open", "x")).isEqualTo("one");
            assertThat(box(client, "saved").sealed()).isTrue();
            Eventually.holds("what was taken is let go of", () -> manager.entries().size() == 1);
        }
    }
}
