package org.fdbox.test.succession;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.Lease;
import org.fdbox.client.NoDaemonException;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SameDescription;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A spare serves with everything that was held as soon as the daemon has ended, and never before.
class StandbyTest {

    @TempDir
    Path folder;

    private final List<DaemonProcess> all = new ArrayList<>();
    private DaemonProcess daemon;

    @BeforeEach
    void aDaemonWithABox() throws Exception {
        daemon = DaemonProcess.start(folder);
        all.add(daemon);
        try (FdBoxClient client = daemon.client()) {
            client.createBox("b");
        }
    }

    @AfterEach
    void end() {
        all.forEach(DaemonProcess::close);
    }

    private DaemonProcess spare() throws Exception {
        DaemonProcess spare = DaemonProcess.launch(folder, List.of(), "--standby");
        all.add(spare);
        spare.awaitLog("following the daemon at");
        return spare;
    }

    private static void put(FdBoxClient client, String box, String name, OwnedFd fd)
            throws Refused, IOException {
        try (fd) {
            client.put(box, name, fd);
        }
    }

    private static String text(FdBoxClient client, String box, String name) throws Refused, IOException {
        try (OwnedFd copy = client.copy(box, name)) {
            return TestFds.text(copy);
        }
    }

    private static List<String> names(FdBoxClient client, String box) throws Refused, IOException {
        return client.list(box).entries().stream().map(EntryInfo::name).toList();
    }

    @Test
    void everythingIsThereAfterAKill() throws Exception {
        try (FdBoxClient client = daemon.client(); UnixSocket.Pair pair = UnixSocket.pair()) {
            put(client, "b", "before", TestFds.memfd("before"));
            client.put("b", "one", pair.one());
            DaemonProcess spare = spare();
            put(client, "b", "after", TestFds.memfd("after"));
            client.put("b", "same", pair.one());
            client.createBox("other", OptionalInt.of(0750));
            put(client, "other", "event", EventFd.create(9, false, true));
            put(client, "other", "gone", EventFd.create(1, false, true));
            client.take("other", "gone").close();
            client.seal("other");
            client.createBox("deleted");
            put(client, "deleted", "x", EventFd.create(1, false, true));
            client.deleteBox("deleted");
            try (OwnedFd newer = TestFds.memfd("newer")) {
                client.put("b", "before", newer, true);
            }
            List<BoxInfo> boxes = client.listBoxes();
            List<EntryInfo> entries = client.list("b").entries();
            daemon.kill();
            spare.awaitServing();
            try (FdBoxClient anew = spare.client()) {
                assertThat(anew.listBoxes()).isEqualTo(boxes);
                assertThat(anew.list("b").entries()).containsExactlyInAnyOrderElementsOf(entries);
                assertThat(text(anew, "b", "before")).isEqualTo("newer");
                assertThat(text(anew, "b", "after")).isEqualTo("after");
                assertThat(names(anew, "other")).containsExactly("event");
                try (OwnedFd one = anew.take("b", "one"); OwnedFd same = anew.take("b", "same")) {
                    assertThat(SameDescription.are(one, same)).isTrue();
                }
                anew.unseal("other");
                try (OwnedFd event = anew.take("other", "event")) {
                    assertThat(EventFd.read(event)).isEqualTo(9);
                }
            }
            assertThat(spare.terminate()).isZero();
        }
    }

    @Test
    void leasesAreReturned() throws Exception {
        try (FdBoxClient client = daemon.client()) {
            put(client, "b", "x", TestFds.memfd("x"));
            DaemonProcess spare = spare();
            try (Lease lease = client.lease("b", List.of("x"))) {
                assertThat(lease.descriptors()).hasSize(1);
                daemon.kill();
            }
            spare.awaitServing();
            try (FdBoxClient anew = spare.client(); OwnedFd x = anew.take("b", "x")) {
                assertThat(TestFds.text(x)).isEqualTo("x");
            }
        }
    }

    @Test
    void whoConnectsWhileNobodyServesIsServedByTheSpare() throws Exception {
        DaemonProcess spare = spare();
        spare.signal("STOP");
        daemon.kill();
        // The spare holds the listening socket, so the address is there, though nobody accepts.
        try (FdBoxClient client = daemon.client()) {
            spare.signal("CONT");
            assertThat(client.listBoxes()).extracting(BoxInfo::name).containsExactly("b");
        }
    }

    @Test
    void whatWasSavedIsStillWhatCountsAfterwards() throws Exception {
        try (FdBoxClient client = daemon.client()) {
            put(client, "b", "x", TestFds.memfd("saved"));
            client.seal("b");
            DaemonProcess spare = spare();
            client.handover().save(Optional.empty(), _ -> {});
            daemon.kill();
            spare.awaitServing();
            try (FdBoxClient anew = spare.client()) {
                assertThat(anew.handover().status().generation()).isEqualTo(1);
                anew.unseal("b");
                put(anew, "b", "y", TestFds.memfd("y"));
            }
            spare.kill();
        }
        // The box was unsealed since it was saved.
        DaemonProcess next = DaemonProcess.start(folder);
        all.add(next);
        try (FdBoxClient client = next.client()) {
            assertThat(client.listBoxes()).isEmpty();
        }
    }

    @Test
    void aDaemonThatEndsByItselfIsFollowedToo() throws Exception {
        DaemonProcess spare = spare();
        try (FdBoxClient client = daemon.client()) {
            put(client, "b", "x", TestFds.memfd("x"));
        }
        assertThat(daemon.terminate()).isZero();
        spare.awaitServing();
        try (FdBoxClient client = spare.client()) {
            assertThat(text(client, "b", "x")).isEqualTo("x");
        }
    }

    /// It is stopped, so the daemon lets go of it; when it goes on it finds that the daemon lives, and attaches anew.
    @Test
    void aSpareThatDoesNotKeepUpIsLetGoOfAndComesAnew() throws Exception {
        DaemonProcess spare = spare();
        spare.signal("STOP");
        try (FdBoxClient client = daemon.client()) {
            put(client, "b", "x", TestFds.memfd("x"));
            daemon.awaitLog("running without a spare");
            assertThat(text(client, "b", "x")).isEqualTo("x");
            spare.signal("CONT");
            spare.awaitLog("what was held here is thrown away");
            Eventually.holds("it has attached anew",
                    () -> daemon.log().split("a spare follows").length == 3);
            put(client, "b", "y", TestFds.memfd("y"));
        }
        daemon.kill();
        spare.awaitServing();
        try (FdBoxClient client = spare.client()) {
            assertThat(names(client, "b")).containsExactly("x", "y");
        }
    }

    /// It sees both at once, the end of its connection and that of the daemon, and does not have what was put in between.
    @Test
    void aSpareThatWasLetGoOfDoesNotServeEvenAfterTheDaemonsDeath() throws Exception {
        DaemonProcess spare = spare();
        spare.signal("STOP");
        try (FdBoxClient client = daemon.client()) {
            put(client, "b", "x", TestFds.memfd("x"));
        }
        daemon.awaitLog("running without a spare");
        daemon.kill();
        spare.signal("CONT");
        spare.awaitLog("what was held here is thrown away");
        assertThat(spare.log()).doesNotContain("serving in its place");
        assertThat(spare.terminate()).isZero();
    }

    @Test
    void aSpareFollowsASuccessor() throws Exception {
        DaemonProcess spare = spare();
        DaemonProcess successor = DaemonProcess.launch(folder, List.of(), "--take-over");
        all.add(successor);
        daemon.awaitSucceeded(successor);
        successor.awaitLog("a spare follows");
        try (FdBoxClient client = successor.client()) {
            put(client, "b", "x", TestFds.memfd("x"));
        }
        successor.kill();
        spare.awaitServing();
        try (FdBoxClient client = spare.client()) {
            assertThat(text(client, "b", "x")).isEqualTo("x");
        }
    }

    @Test
    void twoSparesAreOneTooMany() throws Exception {
        spare();
        try (DaemonProcess second = DaemonProcess.launch(folder, List.of(), "--standby")) {
            assertThat(second.awaitEnd()).isEqualTo(1);
            assertThat(second.log()).contains("takes no spare now");
        }
    }

    @Test
    void aSpareThatIsToldToEndLeavesTheDaemonAlone() throws Exception {
        DaemonProcess spare = spare();
        assertThat(spare.terminate()).isZero();
        daemon.awaitLog("running without a spare");
        try (FdBoxClient client = daemon.client()) {
            put(client, "b", "x", TestFds.memfd("x"));
            assertThat(text(client, "b", "x")).isEqualTo("x");
        }
    }

    @Test
    void whereNobodyServesThereIsNothingToFollow() throws Exception {
        assertThat(daemon.terminate()).isZero();
        try (DaemonProcess alone = DaemonProcess.launch(folder, List.of(), "--standby")) {
            assertThat(alone.awaitEnd()).isEqualTo(1);
            assertThat(alone.log()).contains("no daemon serves at");
        }
    }

    /// The connection alone says nothing: only a process that has ended serves no more.
    @Test
    void whileTheDaemonLivesTheSpareDoesNotServe() throws Exception {
        DaemonProcess spare = spare();
        daemon.signal("STOP");
        spare.signal("TERM");
        assertThat(spare.awaitEnd()).isZero();
        daemon.signal("CONT");
        try (FdBoxClient client = daemon.client()) {
            assertThat(client.listBoxes()).hasSize(1);
        } catch (NoDaemonException gone) {
            throw new AssertionError(gone);
        }
    }
}
