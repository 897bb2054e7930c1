package org.fdbox.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.LiveBox;
import org.fdbox.daemon.box.Nodes;
import org.fdbox.daemon.box.Stock;
import org.fdbox.daemon.support.Await;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.Installed;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Contents;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A live successor goes on with what the service manager keeps, and neither of the two does what the other one does.
@ExtendWith(NothingLeaks.class)
class SuccessorTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private FakeManager manager;
    private Life first;
    private final List<Moment> moments = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        manager = new FakeManager(folder, 50);
        first = new Life(Survival.open(Optional.of(Mode.SAFE), environment(), Map.of(), moments::add));
        first.survival.begin();
        first.boxes.store().create(Users.ROOT, "b", 0700);
    }

    @AfterEach
    void end() throws Exception {
        first.letGoOfAll();
        for (AutoCloseable one : open) {
            one.close();
        }
        manager.close();
    }

    private Map<String, String> environment() {
        return Map.of("NOTIFY_SOCKET", manager.address.text());
    }

    private List<String> stored() {
        return manager.names().stream().filter(name -> !name.contains("-")).toList();
    }

    /// All of the first one's boxes in another process that has not begun.
    private Life successor() throws Exception {
        var adopted = new Adopted();
        var copies = new HashMap<Change.BoxIs, List<Entry>>();
        try (Stock stock = first.boxes.inventory().look(() -> {})) {
            for (Stock.Stocked box : stock.boxes()) {
                var entries = new ArrayList<Entry>();
                for (Entry entry : box.entries()) {
                    OwnedFd fd = entry.content().descriptor().orElseThrow().dup();
                    Entry copy = Nodes.entry(Nodes.of("b", entry), fd, Set.of());
                    adopted.adopt(copy, first.survival.id(entry).orElseThrow());
                    entries.add(copy);
                }
                copies.put(box.box(), entries);
            }
        }
        try (Bequest bequest = sent(first.survival.pause(PATIENCE))) {
            var second =
                    new Life(Survival.succeed(bequest, adopted, environment(), Moment.UNWATCHED));
            for (Map.Entry<Change.BoxIs, List<Entry>> box : copies.entrySet()) {
                Installed.box(second.boxes.inventory(), box.getKey(), box.getValue());
            }
            open.add(second::letGoOfAll);
            return second;
        }
    }

    private static Bequest sent(Bequest bequest) throws Malformed {
        return Bequest.of(Json.readObject(Json.write(bequest.node())), bequest.ledgers());
    }

    /// What both ledgers hold, byte for byte.
    private String ledgers() {
        var text = new StringBuilder();
        manager.passed().forEach((name, fd) -> {
            if (Ids.LEDGERS.contains(name)) {
                byte[] bytes = Contents.read(fd, 0, (int) Stat.of(fd).size());
                text.append(name).append(' ').append(new String(bytes, StandardCharsets.UTF_8));
            }
            fd.close();
        });
        return text.toString();
    }

    /// What comes back after a crash.
    private List<String> inherited() throws Exception {
        var names = new ArrayList<String>();
        try (Survival next = Survival.open(Optional.of(Mode.SAFE), environment(), manager.passed(),
                Moment.UNWATCHED)) {
            for (LiveBox box : next.boxes()) {
                for (Entry entry : box.entries()) {
                    OwnedFd fd = entry.content().descriptor().orElseThrow();
                    names.add(box.name() + "/" + entry.name() + "=" + Fds.text(fd));
                    fd.close();
                }
            }
        }
        return names;
    }

    /// The service manager is told last that it may forget the probe, and nobody waits for that.
    private void awaitLastProbe() throws Exception {
        Await.until("the last probe is let go of",
                () -> manager.heard().getLast().equals("FDSTOREREMOVE=1 @-probe"));
    }

    @Test
    void theSuccessorGoesOnWhereTheFirstStopped() throws Exception {
        first.put("x", Fds.memfd("1"));
        first.put("y", Fds.memfd("2"));
        Life second = successor();
        String before = ledgers();
        awaitLastProbe();
        List<String> heard = manager.heard();
        first.survival.leave();
        assertThat(ledgers()).isEqualTo(before);
        assertThat(manager.heard()).as("nobody has said anything").isEqualTo(heard);

        second.survival.begin(second.boxes.inventory());
        assertThat(ledgers()).isNotEqualTo(before);
        assertThat(stored()).as("nothing is stored anew").containsExactly("@0", "@1");
        second.drop("x");
        Await.until("it is removed", () -> stored().equals(List.of("@1")));
        second.put("z", Fds.memfd("3"));
        assertThat(stored()).containsExactlyInAnyOrder("@1", "@0");
        second.survival.close();
        assertThat(inherited()).containsExactly("b/y=2", "b/z=3");
    }

    @Test
    void aDeathBeforeItBeginsLosesNothing() throws Exception {
        first.put("x", Fds.memfd("1"));
        Life second = successor();
        first.survival.leave();
        second.survival.close();
        assertThat(inherited()).containsExactly("b/x=1");
    }

    @Test
    void anAbortedTakeOverLeavesAllAsItWas() throws Exception {
        first.put("x", Fds.memfd("1"));
        first.put("gone", Fds.memfd("2"));
        manager.deafen();
        first.drop("gone");
        manager.hear();
        Life second = successor();
        String before = ledgers();
        second.survival.close();
        first.survival.resume();
        assertThat(ledgers()).isEqualTo(before);
        Await.until("the first removes what left", () -> stored().equals(List.of("@0")));
        first.put("y", Fds.memfd("3"));
        assertThat(stored()).containsExactly("@0", "@1");
        first.survival.close();
        assertThat(inherited()).containsExactly("b/x=1", "b/y=3");
    }

    /// Its name could be given to another entry, which the service manager would let go of then.
    @Test
    void whatIsLeavingIsRemovedByTheSuccessorAlone() throws Exception {
        first.put("x", Fds.memfd("1"));
        Life second = successor();
        // As if the service manager had not been told yet.
        try (Bequest bequest = new Bequest(Mode.SAFE, 7, twoLedgers(), 0, 3, List.of(5))) {
            Bequest read = sent(bequest);
            assertThat(read).isEqualTo(bequest);
            var adopted = new Adopted();
            Survival survival = Survival.succeed(read, adopted, environment(), Moment.UNWATCHED);
            awaitLastProbe();
            survival.begin(new Life(survival).boxes.inventory());
            Await.until("it is told", () -> manager.heard().getLast().equals("FDSTOREREMOVE=1 @5"));
            assertThat(survival.safekeeping().isKeeper(7)).isTrue();
            survival.close();
        }
        second.survival.close();
        first.survival.leave();
    }

    private static List<OwnedFd> twoLedgers() {
        return List.of(LedgerFile.create().memfd(), LedgerFile.create().memfd());
    }

    @Test
    void oneOpenFileOfTwoEntriesKeepsItsOneName() throws Exception {
        OwnedFd counter = EventFd.create(0, false, true);
        first.put("x", counter.dup());
        first.put("y", counter.dup());
        first.put("other", EventFd.create(0, false, true));
        counter.close();
        Life second = successor();
        first.survival.leave();
        second.survival.begin(second.boxes.inventory());
        second.drop("x");
        assertThat(stored()).containsExactly("@0", "@1");
        second.drop("y");
        Await.until("it is removed", () -> stored().equals(List.of("@1")));
        second.survival.close();
    }

    @Test
    void whatLeftMeanwhileIsNobodysAndItsNameIsFree() throws Exception {
        var adopted = new Adopted();
        try (OwnedFd one = Fds.memfd("1"); OwnedFd other = Fds.memfd("2")) {
            var gone = new Entry("x", new Content.Held(one, Life.KIND), Users.ROOT, 1);
            adopted.adopt(gone, "@0");
            adopted.disown(gone);
            adopted.disown(gone);
            var now = new Entry("y", new Content.Held(other, Life.KIND), Users.ROOT, 1);
            adopted.adopt(now, "@0");
            assertThat(adopted.stored().id(now)).hasValue(0);
            assertThat(adopted.stored().isAnyLeaving()).isFalse();
            assertThatThrownBy(() -> adopted.adopt(now, "socket")).isInstanceOf(Malformed.class);
        }
        first.survival.close();
    }

    @Test
    void withoutAServiceManagerThereIsNoSuccessorUnlessNothingIsKept() throws Exception {
        try (Bequest bequest = first.survival.pause(PATIENCE)) {
            assertThatThrownBy(
                    () -> Survival.succeed(bequest, new Adopted(), Map.of(), Moment.UNWATCHED))
                    .isInstanceOf(Survival.Unavailable.class).hasMessageContaining("NOTIFY_SOCKET");
        }
        first.survival.close();
        try (Survival off = Survival.open(Optional.of(Mode.OFF), Map.of(), Map.of(), Moment.UNWATCHED);
                Bequest nothing = sent(off.pause(PATIENCE));
                Survival next =
                        Survival.succeed(nothing, new Adopted(), Map.of(), Moment.UNWATCHED)) {
            assertThat(next.mode()).isEqualTo(Mode.OFF);
            next.begin(new Life(next).boxes.inventory());
            assertThat(next.safekeeping().isOn()).isFalse();
            off.resume();
        }
    }

    @Test
    void aServiceManagerThatDoesNotAnswerIsNotWaitedForTooLong() throws Exception {
        manager.deafen();
        try (var threads = Executors.newSingleThreadExecutor()) {
            var put = threads.submit(() -> {
                first.put("x", Fds.memfd("1"));
                return true;
            });
            Await.until("it is under way", () -> moments.contains(Moment.SENT));
            assertThatThrownBy(() -> first.survival.pause(Duration.ofMillis(1)))
                    .isInstanceOf(Survival.Unavailable.class);
            manager.hear();
            assertThat(put.get()).isTrue();
        }
        first.put("y", Fds.memfd("2"));
        first.survival.close();
        assertThat(inherited()).containsExactly("b/x=1", "b/y=2");
    }

    @Test
    void nobodyWaitsForeverForOneThatHasLeft() throws Exception {
        first.survival.pause(PATIENCE).close();
        first.survival.leave();
        try (OwnedFd fd = Fds.memfd("1")) {
            assertThatThrownBy(() -> first.put("x", fd)).isInstanceOf(Refused.HandoverFailed.class);
        }
    }
}
