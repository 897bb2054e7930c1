package org.fdbox.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.protocol.Samples;
import org.fdbox.sys.Courier;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.NoLeak;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Several threads with one client.
@ExtendWith(NoLeak.class)
class ThreadsTest {

    private static final int THREADS = 4;
    private static final int ROUNDS = 200;

    /// A daemon whose answers tell the question: the number in the name.
    private static Peer echoing() {
        return Peer.answering((me, request, _) -> {
            switch (request) {
                case Request.DeleteBox(var name) -> me.reply(new Reply.Released(Integer.parseInt(name)));
                case Request.Get(var _, var name, var _, var _) -> {
                    try (OwnedFd counter = EventFd.create(Integer.parseInt(name), false, true)) {
                        me.reply(new Reply.Handed(new Reply.HandedEntry(0, Samples.PLAIN), Optional.empty()),
                                counter);
                    }
                }
                case Request.Save(var folder) -> {
                    long number = Long.parseLong(folder.orElseThrow());
                    me.replyAndContinue(saved(number));
                    me.reply(saved(number));
                }
                default -> throw new AssertionError(request);
            }
        });
    }

    private static Reply.Saved saved(long number) {
        return new Reply.Saved(number, number, 0, 0, Optional.empty(), Optional.empty());
    }

    @Test
    void callsDoNotMix() throws Exception {
        try (var peer = echoing();
                var threads = Executors.newFixedThreadPool(THREADS)) {
            var results = new ArrayList<Future<?>>();
            for (int thread = 0; thread < THREADS; thread++) {
                int first = 1 + thread * ROUNDS;
                Callable<Void> rounds = () -> {
                    for (int number = first; number < first + ROUNDS; number++) {
                        ask(peer.client(), number);
                    }
                    return null;
                };
                results.add(threads.submit(rounds));
            }
            for (Future<?> result : results) {
                result.get();
            }
            assertThat(peer.requests()).hasSize(3 * THREADS * ROUNDS);
        }
    }

    private static void ask(FdBoxClient client, int number) throws Exception {
        String name = Integer.toString(number);
        assertThat(client.deleteBox(name)).isEqualTo(number);
        try (OwnedFd counter = client.copy("b", name)) {
            assertThat(EventFd.read(counter)).isEqualTo(number);
        }
        Reply.Saved saved = client.handover().save(Optional.of(name),
                step -> assertThat(step.bytesDone()).isEqualTo(number));
        assertThat(saved).isEqualTo(saved(number));
    }

    private static <T> Future<T> inBackground(Callable<T> action) {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform().start(() -> {
            try {
                result.complete(action.call());
            } catch (Exception failed) {
                result.completeExceptionally(failed);
            }
        });
        return result;
    }

    private static void assertClosed(Future<?> call) {
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(call::get)
                .havingCause()
                .isInstanceOf(ConnectionLostException.class)
                .withMessageMatching("this client (was closed before the daemon answered|is closed)");
    }

    @Test
    void closingWakesWhoWaitsForAReply() throws Exception {
        try (OwnedFd fd = EventFd.create(0, false, false);
                var peer = Peer.answering((me, _, _) -> me.say("{\"parameters\":", fd))) {
            Future<?> waiting = inBackground(() -> peer.client().listBoxes());
            peer.awaitCall();
            var behind = List.of(inBackground(() -> peer.client().listBoxes()),
                    inBackground(() -> peer.client().info()));
            peer.client().close();
            assertClosed(waiting);
            behind.forEach(ThreadsTest::assertClosed);
            assertThat(peer.requests()).hasSize(1);
        }
    }

    /// A peer that stops reading in the middle of a call that is larger than what the kernel keeps.
    @Test
    void closingWakesWhoSends() throws Exception {
        var pair = UnixSocket.pair();
        FdBoxClient client = FdBoxClient.over(pair.one());
        try (OwnedFd other = pair.other();
                var courier = Courier.blocking();
                var reader = new FrameReader(1 << 20)) {
            Future<?> sending = inBackground(() -> client.deleteBox("x".repeat(8 << 20)));
            assertThat(courier.receive(other, reader)).isEqualTo(Courier.Arrival.DATA);
            client.close();
            assertClosed(sending);
        } finally {
            client.close();
        }
    }

    @Test
    void twoMayCloseAtOnce() throws Exception {
        for (int round = 0; round < 50; round++) {
            try (var peer = echoing()) {
                Future<?> call = inBackground(() -> peer.client().deleteBox("1"));
                Future<?> closing = inBackground(() -> {
                    peer.client().close();
                    return null;
                });
                peer.client().close();
                closing.get();
                try {
                    assertThat(call.get()).isEqualTo(1);
                } catch (ExecutionException tooLate) {
                    assertThat(tooLate).hasCauseInstanceOf(ConnectionLostException.class);
                }
            }
        }
    }
}
