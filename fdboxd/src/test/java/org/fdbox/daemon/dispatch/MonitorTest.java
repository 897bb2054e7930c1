package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.daemon.support.Watching;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Who is told of what, in which order, and what becomes of those who do not read.
@ExtendWith(NothingLeaks.class)
class MonitorTest {

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private Desk desk;
    private OwnedFd fd;

    @BeforeEach
    void open() throws Exception {
        desk = new Desk(folder, red);
        fd = red.make("r");
    }

    @AfterEach
    void close() {
        fd.close();
        desk.close();
    }

    private Watching watch(PeerCredentials who, String... box) throws Exception {
        var watching = Watching.begin(desk, who, Optional.ofNullable(box.length == 0 ? null : box[0]));
        assertThat(watching.events()).containsExactly("ready");
        return watching;
    }

    private void create(PeerCredentials who, String box, int mode) throws Refused {
        desk.call(who, new Request.CreateBox(box, OptionalInt.of(mode)));
    }

    private void put(PeerCredentials who, String box, String name) throws Refused {
        desk.call(who, new Request.Put(box, name, 0, true), fd);
    }

    private void chmod(String box, int mode) throws Refused {
        desk.call(ROOT, new Request.SetAccess(box, OptionalInt.empty(), OptionalInt.empty(),
                OptionalInt.of(mode)));
    }

    @Test
    void theLifeOfABoxIsToldInOrder() throws Exception {
        try (Watching root = watch(ROOT)) {
            Session session = desk.session(ALICE);
            create(ALICE, "b", 0700);
            put(ALICE, "b", "x");
            put(ALICE, "b", "y");
            desk.call(session, new Request.Get("b", "x", true, false));
            var handed = (Reply.Handed) desk.call(session, new Request.Get("b", "x", false, true));
            desk.call(session, new Request.Confirm(handed.lease().orElseThrow()));
            desk.call(session, new Request.Get("b", "y", false, true));
            desk.dispatcher.ended(session);
            desk.call(session, new Request.Get("b", "y", false, false));
            put(ALICE, "b", "z");
            desk.call(ALICE, new Request.Drop("b", "z"));
            chmod("b", 0750);
            desk.call(ALICE, new Request.Seal("b", false));
            desk.call(ALICE, new Request.Unseal("b"));
            desk.call(ALICE, new Request.DeleteBox("b"));
            assertThat(root.events()).containsExactly("created b", "put b/x", "put b/y", "leased b/x",
                    "confirmed b/x", "leased b/y", "returned b/y", "got b/y", "put b/z", "dropped b/z",
                    "access b by 0", "sealed b", "unsealed b", "deleted b");
        }
    }

    @Test
    void whatIsRefusedIsNotTold() throws Exception {
        create(ALICE, "b", 0700);
        red.onSeal = Map.of("x", FakeHandler.refusing("no"));
        try (Watching root = watch(ROOT)) {
            assertThatExceptionOfType(Refused.class).isThrownBy(() -> put(BOB, "b", "x"));
            put(ALICE, "b", "x");
            assertThatExceptionOfType(Refused.HandlerRefused.class).isThrownBy(() -> desk.seal("b"));
            assertThat(root.events()).containsExactly("put b/x");
        }
    }

    @Test
    void whatWasNotSentIsNotTold() throws Exception {
        create(ALICE, "b", 0700);
        put(ALICE, "b", "x");
        try (Watching root = watch(ROOT); Frame frame = Desk.frame()) {
            for (boolean confirm : new boolean[]{true, false}) {
                desk.start(desk.session(ALICE), new Request.Get("b", "x", false, confirm), frame).abandon();
            }
            assertThat(root.events()).isEmpty();
        }
    }

    @Test
    void whatWasPendingIsToldWhenItIsBack() throws Exception {
        try (OwnedFd other = red.make("other")) {
            desk.box("b", fd, other);
        }
        desk.seal("b");
        desk.save();
        desk.close();
        red.onRestore = FakeHandler.refusing("not yet");
        desk = new Desk(folder, red);
        red.onRestore = FakeHandler.FINE;
        try (Watching root = watch(ROOT)) {
            desk.call(ROOT, new Request.Drop("b", "b"));
            desk.unseal("b");
            assertThat(root.events()).containsExactly("dropped b/b by 0", "restored b/a by 0",
                    "unsealed b by 0");
        }
    }

    /// Whatever two threads do to one name, it is put and dropped in turn. There is room for all of it.
    @Test
    void changesOfManyThreadsAreToldInTheirOrder() throws Exception {
        create(ALICE, "b", 0700);
        try (Watching root = watch(ROOT); var threads = Executors.newFixedThreadPool(2)) {
            var changing = new ArrayList<Future<?>>();
            for (int thread = 0; thread < 2; thread++) {
                changing.add(threads.submit(() -> {
                    for (int i = 0; i < Watcher.MOST_WAITING / 2; i++) {
                        change(i);
                    }
                }));
            }
            for (Future<?> thread : changing) {
                thread.get();
            }
            List<String> events = root.events();
            assertThat(events).hasSizeGreaterThan(100);
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i)).as("event " + i).isEqualTo(i % 2 == 0 ? "put b/x" : "dropped b/x");
            }
        }
    }

    private void change(int round) {
        try {
            desk.call(ALICE, round % 2 == 0
                    ? new Request.Put("b", "x", 0, false)
                    : new Request.Drop("b", "x"), round % 2 == 0 ? new OwnedFd[]{fd} : new OwnedFd[0]);
        } catch (Refused theOtherWasFaster) {
            Thread.yield();
        }
    }

    @Test
    void rightsCountWhenItHappens() throws Exception {
        create(ALICE, "b", 0700);
        try (Watching bob = watch(BOB); Watching alice = watch(ALICE)) {
            put(ALICE, "b", "hidden");
            chmod("b", 0704);
            put(ALICE, "b", "seen");
            chmod("b", 0703);
            put(ALICE, "b", "hidden");
            desk.call(ALICE, new Request.DeleteBox("b"));
            create(BOB, "b", 0700);
            // Judged before the queue was read, and not by what holds now.
            assertThat(bob.events()).containsExactly("access b by 0", "put b/seen", "created b");
            assertThat(alice.events()).containsExactly("put b/hidden", "access b by 0", "put b/seen",
                    "access b by 0", "put b/hidden", "deleted b");
        }
    }

    @Test
    void oneBoxIsWatchedByWhoeverMayListIt() throws Exception {
        create(ALICE, "b", 0700);
        create(ALICE, "w", 0702);
        assertThatExceptionOfType(Refused.NoSuchBox.class).isThrownBy(() -> watch(BOB, "b"));
        assertThatExceptionOfType(Refused.NoSuchBox.class).isThrownBy(() -> watch(ROOT, "none"));
        assertThatExceptionOfType(Refused.AccessDenied.class).isThrownBy(() -> watch(BOB, "w"));
        try (Watching alice = watch(ALICE, "b")) {
            put(ALICE, "w", "x");
            put(ALICE, "b", "y");
            assertThat(alice.events()).containsExactly("put b/y");
        }
    }

    @Test
    void itTakesSeveralReplies() throws Exception {
        var monitor = new Request.Monitor(Optional.empty());
        try (Frame frame = Desk.frame()) {
            for (Call call : new Call[]{Call.of(monitor), new Call(monitor, true, true)}) {
                assertThatExceptionOfType(Refused.ExpectedMore.class)
                        .isThrownBy(() -> desk.dispatcher.dispatch(call, desk.session(ROOT), frame));
            }
        }
    }

    @Test
    void whoDoesNotReadIsToldHowManyItMissed() throws Exception {
        create(ALICE, "b", 0700);
        try (Watching slow = watch(ALICE); Watching other = watch(ROOT)) {
            int most = Watcher.MOST_WAITING;
            for (int i = 0; i < most + 7; i++) {
                put(ALICE, "b", "x");
            }
            put(ALICE, "b", "y");
            assertThat(slow.events()).hasSize(most + 1).endsWith("put b/x", "missed 8");
            put(ALICE, "b", "z");
            assertThat(slow.events()).containsExactly("put b/z");
            assertThat(other.events()).hasSize(most + 1).endsWith("put b/x", "missed 9");
        }
    }

    @Test
    void theWatchersOfOneUserShareTheirRoom() throws Exception {
        create(ALICE, "b", 0700);
        var crowd = new ArrayList<Watching>();
        try (Watching root = watch(ROOT)) {
            for (int i = 0; i < 8192; i++) {
                crowd.add(watch(ALICE));
            }
            for (int i = 0; i < 5; i++) {
                put(ALICE, "b", "x");
            }
            assertThat(crowd.getFirst().events()).containsExactly("put b/x", "put b/x", "missed 3");
            assertThat(root.events()).hasSize(5);
        } finally {
            crowd.forEach(Watching::close);
        }
    }

    @Test
    void aSaveAnnouncesItselfToEverybody() throws Exception {
        try (Watching bob = watch(BOB)) {
            desk.save();
            assertThat(bob.events()).containsExactly("handoverPlanned", "freezing", "committed");
        }
    }

    @Test
    void aSaveThatFailsSaysSo() throws Exception {
        try (Watching bob = watch(BOB)) {
            assertThatExceptionOfType(Refused.HandoverFailed.class)
                    .isThrownBy(() -> desk.save(Path.of("/dev/null")));
            assertThat(bob.events()).containsExactly("handoverPlanned", "aborted");
        }
    }

    @Test
    void aNoticeEndsWithTheLastWatcher() throws Exception {
        desk.handover.notice().setMost(Duration.ofSeconds(300));
        Watching first = watch(BOB);
        Watching second = watch(ALICE);
        var save = new FutureTask<>(desk::save);
        Thread.ofPlatform().start(save);
        long deadline = first.await().deadlineUSec().orElseThrow();
        assertThat(deadline - TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()))
                .isBetween(200_000_000L, 300_000_000L);
        // Everything goes on meanwhile.
        desk.box("b", fd);
        desk.seal("b");
        first.close();
        assertThat(save.isDone()).isFalse();
        assertThat(second.events()).containsExactly("handoverPlanned", "created b by 0", "put b/a by 0",
                "sealed b by 0");
        second.close();
        assertThat(save.get(20, TimeUnit.SECONDS).entriesDone()).isEqualTo(1);
    }
}
