package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What somebody waits for is theirs, and what nobody waits for any more is closed and touches nothing.
@ExtendWith(NothingLeaks.class)
class AttemptTest {

    private static final Duration NONE = Duration.ofMillis(1);
    private static final Duration SOON = Duration.ofMillis(250);
    private static final Duration LONG = Duration.ofSeconds(1);
    private static final Duration ENDLESS = Duration.ofDays(1);
    private static final TimeLimit PATIENT = new Limit(ENDLESS, ENDLESS, false);
    private static final TimeLimit IMPATIENT = new Limit(NONE, NONE, false);
    /// Time for a thread to wake up in.
    private static final int SPINS = 20_000;

    private record Limit(Duration answer, Duration contents, boolean isSpent) implements TimeLimit {
        @Override
        public void spend(long nanos, long more) {}

        @Override
        public void inVain(Duration time) {}
    }

    private final CountDownLatch answers = new CountDownLatch(1);
    private OwnedFd made;

    @BeforeEach
    void make() {
        made = new FakeHandler("red").make("late");
    }

    private void awaitAnswer() {
        try {
            answers.await();
        } catch (InterruptedException nobodyDoesThat) {
            throw new IllegalStateException(nobodyDoesThat);
        }
    }

    /// One that has made it before it hangs.
    private Attempt<OwnedFd> late() {
        return new Attempt<>(_ -> {
            awaitAnswer();
            return made;
        }, OwnedFd::close);
    }

    private static Thread started(Attempt<?> attempt) {
        return Thread.ofPlatform().start(attempt);
    }

    @Test
    void whatComesTooLateIsClosed() throws Exception {
        Attempt<OwnedFd> attempt = late();
        Thread thread = started(attempt);
        assertThatThrownBy(() -> attempt.await(() -> IMPATIENT, () -> {}))
                .isInstanceOf(Unanswered.class);
        answers.countDown();
        thread.join();
        assertThat(made.isOpen()).isFalse();
    }

    @Test
    void nothingIsSharedWithItAnyMore() throws Exception {
        var refused = new CompletableFuture<Exception>();
        var attempt = new Attempt<OwnedFd>(itself -> {
            awaitAnswer();
            try {
                itself.gotOn();
            } catch (IllegalStateException nobodyWaits) {
                refused.complete(nobodyWaits);
            }
            return made;
        }, OwnedFd::close);
        Thread thread = started(attempt);
        assertThatThrownBy(() -> attempt.await(() -> IMPATIENT, () -> {}))
                .isInstanceOf(Unanswered.class);
        answers.countDown();
        thread.join();
        assertThat(refused).isCompletedWithValueMatching(why -> why.getMessage().contains("nobody waits"));
    }

    /// However often it says that it gets on.
    @Test
    void whatIsSlowThroughoutIsNotWaitedForForEver() throws Exception {
        var attempt = new Attempt<OwnedFd>(itself -> {
            while (itself.isWanted()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(120));
                itself.gotOn();
            }
            return made;
        }, OwnedFd::close);
        Thread thread = started(attempt);
        assertThatThrownBy(() -> attempt.await(() -> new Limit(ENDLESS, ENDLESS, true), () -> {}))
                .isInstanceOf(Unanswered.class).hasMessageContaining("answers too slowly");
        thread.join();
        made.close();
    }

    @Test
    void whoeverGivesUpForAnotherReasonAbandonsItToo() throws Exception {
        Attempt<OwnedFd> attempt = late();
        Thread thread = started(attempt);
        attempt.copied(1);
        assertThatThrownBy(() -> attempt.await(() -> PATIENT, () -> {
            throw new OutOfMemoryError();
        })).isInstanceOf(OutOfMemoryError.class);
        answers.countDown();
        thread.join();
        assertThat(made.isOpen()).isFalse();
    }

    @Test
    void howFarItsContentsHaveComeIsTold() throws Exception {
        var seen = new CompletableFuture<Long>();
        var attempt = new Attempt<OwnedFd>(itself -> {
            itself.copied(7);
            seen.join();
            return made;
        }, OwnedFd::close);
        started(attempt);
        attempt.await(() -> PATIENT, () -> seen.complete(attempt.bytes())).close();
        assertThat(seen).isCompletedWithValue(7L);
    }

    /// What an attempt is at.
    private interface Step {
        void reach(Attempt<OwnedFd> attempt);
    }

    /// Somebody waits for one that is at this step, hears nothing for longer than is allowed for an answer, and gets it all the same.
    private void assertWaitsOn(Step step, TimeLimit allowed, Duration longer) throws Exception {
        var there = new CountDownLatch(1);
        var attempt = new Attempt<OwnedFd>(itself -> {
            step.reach(itself);
            there.countDown();
            awaitAnswer();
            return made;
        }, OwnedFd::close);
        assertWaitsOn(attempt, there, allowed, longer);
    }

    private void assertWaitsOn(Attempt<OwnedFd> attempt, CountDownLatch there, TimeLimit allowed,
            Duration longer) throws Exception {
        Thread thread = started(attempt);
        there.await();
        var outcome = new CompletableFuture<OwnedFd>();
        Thread waiter = waiter(attempt, allowed, outcome);
        assertThat(outcome).failsWithin(longer).withThrowableOfType(TimeoutException.class);
        assertThat(waiter.isAlive()).isTrue();
        answers.countDown();
        outcome.get().close();
        thread.join();
    }

    /// A large file is made durable in one step.
    @Test
    void ourOwnDiskIsWaitedForHoweverLong() throws Exception {
        var there = new CountDownLatch(1);
        var attempt = new Attempt<OwnedFd>(itself -> {
            itself.undisturbed(() -> {
                there.countDown();
                awaitAnswer();
            });
            return made;
        }, OwnedFd::close);
        // What follows has that long to arrive.
        assertWaitsOn(attempt, there, new Limit(LONG, NONE, false), LONG.multipliedBy(2));
    }

    /// They may be large.
    @Test
    void contentsMayTakeLongerThanAnAnswer() throws Exception {
        assertWaitsOn(attempt -> attempt.contentsBegin(true), new Limit(NONE, ENDLESS, false), SOON);
    }

    /// Memory has no server, and a copy of it may wait for our own disk.
    @Test
    void contentsWithoutAServerMayTakeForEver() throws Exception {
        assertWaitsOn(attempt -> attempt.contentsBegin(false), new Limit(NONE, NONE, true), SOON);
    }

    @Test
    void whatNobodyTakesOverIsClosed() {
        var attempt = new Attempt<>(_ -> made, OwnedFd::close);
        attempt.run();
        assertThatThrownBy(() -> attempt.await(() -> PATIENT, () -> {
            throw new OutOfMemoryError();
        })).isInstanceOf(OutOfMemoryError.class);
        assertThat(made.isOpen()).isFalse();
    }

    /// What must not be abandoned is not, whoever gives up.
    @Test
    void nobodyLeavesWhatIsInUse() throws Exception {
        var there = new CountDownLatch(1);
        var attempt = new Attempt<OwnedFd>(itself -> {
            itself.undisturbed(() -> {
                there.countDown();
                awaitAnswer();
            });
            awaitForEver(itself);
            return made;
        }, OwnedFd::close);
        Thread thread = started(attempt);
        there.await();
        var outcome = new CompletableFuture<OwnedFd>();
        Thread waiter = waiter(attempt, PATIENT, outcome);
        waiter.interrupt();
        assertThat(outcome).failsWithin(SOON).withThrowableOfType(TimeoutException.class);
        assertThat(attempt.isWanted()).isTrue();
        answers.countDown();
        assertThat(outcome).failsWithin(ENDLESS).withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(HandlerRefusal.class);
        thread.join();
        assertThat(made.isOpen()).isFalse();
    }

    private static void awaitForEver(Attempt<?> attempt) {
        while (attempt.isWanted()) {
            Thread.onSpinWait();
        }
    }

    private static Thread waiter(Attempt<OwnedFd> attempt, TimeLimit bounds,
            CompletableFuture<OwnedFd> outcome) {
        return Thread.ofPlatform().start(() -> {
            try {
                outcome.complete(attempt.await(() -> bounds, () -> {}));
            } catch (HandlerRefusal | Unanswered lost) {
                outcome.completeExceptionally(lost);
            }
        });
    }

    @Test
    void itIsDoneOnce() throws Exception {
        var times = new AtomicInteger();
        var attempt = new Attempt<OwnedFd>(_ -> {
            times.incrementAndGet();
            return made;
        }, OwnedFd::close);
        attempt.run();
        attempt.run();
        attempt.await(() -> PATIENT, () -> {}).close();
        assertThat(times).hasValue(1);
    }

    /// Often, since an answer that wakes the waiter first is no such moment.
    @RepeatedTest(100)
    void whatAnswersInTheMomentOfAnInterruptIsNotLost() throws Exception {
        Attempt<OwnedFd> attempt = late();
        answers.countDown();
        var back = new CompletableFuture<OwnedFd>();
        Thread waiter = waiter(attempt, PATIENT, back);
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
        try (OwnedFd arrived = back.get()) {
            assertThat(Fds.text(arrived)).isEqualTo("late");
        }
    }
}
