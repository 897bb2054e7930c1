package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.net.Served.Way;
import org.fdbox.daemon.support.Await;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.junit.jupiter.api.Test;

/// What is being worked on when everybody is to be suspended comes to its end before, or is done once more, or takes too long.
class SuspendedWorkTest extends SuspendableDaemon {

    @Test
    void whatIsBeingWorkedOnIsAwaitedAndNothingElseBegins() throws Exception {
        var go = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        desk.call(ALICE, put("x"), fd);
        red.onDescribe = () -> {
            begun.countDown();
            awaited(go);
        };
        Request list = new Request.ListEntries("b");
        Request create = new Request.CreateBox("new", OptionalInt.empty());
        try (Peer alice = served.join(ALICE)) {
            served.start();
            var both = new ByteArrayOutputStream();
            both.writeBytes(Codec.encodeCall(Call.of(list)));
            both.writeBytes(Codec.encodeCall(Call.of(create)));
            alice.send(both.toByteArray());
            begun.await();
            var suspending = new FutureTask<>(served::suspend);
            Thread thread = Thread.ofPlatform().start(suspending);
            Await.until("every loop has been told", () -> thread.getState() == Thread.State.TIMED_WAITING);
            go.countDown();
            assertThat(suspending.get().getFirst().input()).hasSize(1);
            assertThat(desk.boxes.store().list(Caller.of(ALICE))).hasSize(1);
            Way.ELSEWHERE.go(served);
            assertThat(((Reply.Entries) alice.reply(list)).entries()).hasSize(1);
            assertThat(alice.reply(create)).isEqualTo(new Reply.Done());
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatTakesTooLongKeepsNobodySuspended() throws Exception {
        var go = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        red.mayBlock = true;
        red.onExamine = () -> {
            begun.countDown();
            awaited(go);
        };
        try (Peer alice = served.join(ALICE); Peer bob = served.join(BOB)) {
            served.start();
            alice.send(put("x"), fd);
            alice.send(INFO);
            begun.await();
            for (int i = 0; i < 3; i++) {
                assertThatExceptionOfType(Refused.HandoverFailed.class)
                        .isThrownBy(() -> served.running().suspend(Duration.ofMillis(20)))
                        .withMessageContaining("uid=1000 pid=11 is still being worked on after 20 ms; try");
                assertThat(bob.call(INFO)).isInstanceOf(Reply.Info.class);
            }
            try (Peer another = served.connect()) {
                assertThat(another.call(INFO)).isInstanceOf(Reply.Info.class);
            }
            go.countDown();
            assertThat(alice.reply(put("x"))).isInstanceOf(Reply.Stored.class);
            assertThat(alice.reply(INFO)).isInstanceOf(Reply.Info.class);
            assertThat(alice.call(INFO)).isInstanceOf(Reply.Info.class);
        }
    }

    /// Workers of a user are few: while all of them are busy, its search has not begun.
    @Test
    void whatHasHadNoEffectIsDoneOnceMore() throws Exception {
        var go = new CountDownLatch(1);
        var begun = new CountDownLatch(8);
        desk.call(ALICE, put("held"), fd);
        red.mayBlock = true;
        red.onExamine = () -> {
            begun.countDown();
            awaited(go);
        };
        var peers = new ArrayList<Peer>();
        var search = new Request.Holders("b", "held");
        try (Peer alice = served.join(ALICE)) {
            for (int i = 0; i < 8; i++) {
                peers.add(served.join(ALICE));
            }
            served.start();
            for (int i = 0; i < 8; i++) {
                peers.get(i).send(put("x" + i), fd);
            }
            begun.await();
            alice.send(search);
            assertThatExceptionOfType(Refused.HandoverFailed.class)
                    .isThrownBy(() -> served.running().suspend(Duration.ofMillis(20)))
                    .withMessageContaining("after 20 ms, and 7 others; try");
            go.countDown();
            assertThat(alice.reply(search)).isInstanceOf(Reply.HoldersFound.class);
            assertThat(alice.call(INFO)).isInstanceOf(Reply.Info.class);
        } finally {
            peers.forEach(Peer::close);
        }
    }
}
