package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadReader;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What never answers is waited for once, and for so long; what comes after that is closed.
@ExtendWith(NothingLeaks.class)
class PatienceTest {

    private static final Duration NONE = Duration.ofMillis(1);
    private static final Duration ENDLESS = Duration.ofDays(1);
    /// Time for a thread to wake up in.
    private static final int SPINS = 20_000;
    private static final Properties NO_PROPERTIES = new Properties(Map.of());

    private final FakeHandler red = new FakeHandler("red");
    private final CountDownLatch answers = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    /// One whose server is gone, until it answers.
    private void hang() {
        red.mayBlock = true;
        red.onRestore = () -> {
            asked.incrementAndGet();
            awaitAnswer();
        };
    }

    private void awaitAnswer() {
        try {
            answers.await();
        } catch (InterruptedException nobodyDoesThat) {
            throw new IllegalStateException(nobodyDoesThat);
        }
    }

    private static final class Of implements Restoration {
        private final PeerCredentials putter;
        private final Runnable reading;

        Of(PeerCredentials putter, Runnable reading) {
            this.putter = putter;
            this.reading = reading;
        }

        @Override
        public PeerCredentials putter() {
            return putter;
        }

        @Override
        public PayloadReader payload() {
            return new PayloadReader() {
                @Override
                public long size() {
                    return 1;
                }

                @Override
                public void into(OwnedFd writable) {
                    throw new AssertionError("not asked for");
                }

                @Override
                public byte[] bytes(int most) {
                    reading.run();
                    return new byte[]{'x'};
                }
            };
        }

        @Override
        public Optional<OwnedFd> sameInode() {
            return Optional.empty();
        }

        @Override
        public void madeInode(OwnedFd fd) {}

        @Override
        public void leave(String key, OwnedFd fd) {
            fd.close();
        }

        @Override
        public Optional<OwnedFd> claim(String key) {
            return Optional.empty();
        }
    }

    /// Has made it before it hangs.
    private final class Late implements PreservingHandler {
        private final OwnedFd made;

        Late(OwnedFd made) {
            this.made = made;
        }

        @Override
        public String compatible() {
            return red.compatible();
        }

        @Override
        public String kind() {
            return red.kind();
        }

        @Override
        public Survival survival() {
            return Survival.CONTENTS;
        }

        @Override
        public boolean recognises(FdFacts facts) {
            return false;
        }

        @Override
        public boolean mayBlock() {
            return true;
        }

        @Override
        public Map<String, Object> describe(OwnedFd fd) {
            return Map.of();
        }

        @Override
        public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload) {
            return Map.of();
        }

        @Override
        public OwnedFd restore(Properties properties, Restoration restoration) {
            awaitAnswer();
            return made;
        }
    }

    private OwnedFd restore(Patience patience, PeerCredentials putter) throws HandlerRefusal {
        return patience.restore(red, NO_PROPERTIES, new Of(putter, () -> {}));
    }

    @Test
    void whatAnswersIsBack() throws Exception {
        red.mayBlock = true;
        try (OwnedFd back = restore(new Patience(ENDLESS, ENDLESS, ENDLESS), ALICE)) {
            assertThat(Fds.text(back)).isEqualTo("x");
        }
    }

    @Test
    void whatItsHandlerRefusesIsRefusedAsEver() {
        red.mayBlock = true;
        red.onRestore = FakeHandler.refusing("no");
        assertThatThrownBy(() -> restore(new Patience(ENDLESS, ENDLESS, ENDLESS), ALICE))
                .isInstanceOf(HandlerRefusal.class).hasMessage("no");
        red.onRestore = FakeHandler.failing("fault");
        assertThatThrownBy(() -> restore(new Patience(ENDLESS, ENDLESS, ENDLESS), ALICE))
                .isInstanceOf(IllegalStateException.class).hasMessage("fault");
    }

    @Test
    void itsPuttersOthersAreTriedForAWhile() throws Exception {
        hang();
        var patience = new Patience(NONE, ENDLESS, ENDLESS);
        assertThatThrownBy(() -> restore(patience, ALICE)).isInstanceOf(HandlerRefusal.class);
        red.onRestore = FakeHandler.FINE;
        restore(patience, ALICE).close();
        answers.countDown();
    }

    @Test
    void itsPuttersOthersAreNotTriedAndThoseOfOthersAre() throws Exception {
        hang();
        var patience = new Patience(NONE, ENDLESS, NONE);
        assertThatThrownBy(() -> restore(patience, ALICE)).isInstanceOf(HandlerRefusal.class)
                .hasMessageContaining("did not answer within");
        assertThatThrownBy(() -> restore(patience, ALICE)).isInstanceOf(HandlerRefusal.class)
                .hasMessageContaining("not tried");
        assertThat(asked).hasValue(1);
        red.onRestore = FakeHandler.FINE;
        restore(patience, BOB).close();
        answers.countDown();
    }

    @Test
    void whatCannotBlockIsAskedOnThisThread() throws Exception {
        var thread = new Thread[1];
        red.onRestore = () -> thread[0] = Thread.currentThread();
        restore(new Patience(NONE, NONE, NONE), ALICE).close();
        assertThat(thread[0]).isSameAs(Thread.currentThread());
    }

    /// Contents may be large.
    @Test
    void whatIsBeingCopiedIsWaitedFor() throws Exception {
        red.mayBlock = true;
        var reading = new CountDownLatch(1);
        var waiter = CompletableFuture.supplyAsync(() -> {
            try {
                return new Patience(Duration.ofMillis(200), NONE, NONE).restore(red, NO_PROPERTIES,
                        new Of(ALICE, () -> {
                            reading.countDown();
                            awaitAnswer();
                        }));
            } catch (HandlerRefusal refused) {
                throw new AssertionError(refused);
            }
        });
        reading.await();
        assertThatThrownBy(() -> waiter.get(600, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        answers.countDown();
        waiter.get().close();
    }

    @Test
    void whatComesTooLateIsClosed() throws Exception {
        OwnedFd made = red.make("late");
        var attempt = new Attempt(new Late(made), NO_PROPERTIES, new Of(ALICE, () -> {}));
        var thread = new Thread(attempt);
        thread.start();
        assertThatThrownBy(() -> attempt.await(NONE)).isInstanceOf(TimeoutException.class);
        answers.countDown();
        thread.join();
        assertThat(made.isOpen()).isFalse();
    }

    /// Often, since an answer that wakes the waiter first is no such moment.
    @RepeatedTest(100)
    void whatAnswersInTheMomentOfAnInterruptIsNotLost() throws Exception {
        var attempt = new Attempt(new Late(red.make("late")), NO_PROPERTIES, new Of(ALICE, () -> {}));
        answers.countDown();
        var back = new CompletableFuture<OwnedFd>();
        Thread waiter = Thread.ofPlatform().start(() -> {
            try {
                back.complete(attempt.await(ENDLESS));
            } catch (HandlerRefusal | TimeoutException lost) {
                back.completeExceptionally(lost);
            }
        });
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        synchronized (attempt) {
            waiter.interrupt();
            for (int i = 0; i < SPINS; i++) {
                Thread.onSpinWait();
            }
            attempt.run();
        }
        try (OwnedFd made = back.get()) {
            assertThat(Fds.text(made)).isEqualTo("late");
        }
    }

    @Test
    void theEntryWaitsWithTheReason() {
        hang();
        var remake = new Remake(new HandlerRegistry(List.of(red), Set.of()), new Patience(NONE, NONE, NONE));
        Content content = remake.of("b", Map.of("compatible", red.compatible()), new Of(ALICE, () -> {}));
        assertThat(content).isInstanceOfSatisfying(Content.Pending.class,
                pending -> assertThat(pending.reason()).contains("did not answer"));
        answers.countDown();
    }
}
