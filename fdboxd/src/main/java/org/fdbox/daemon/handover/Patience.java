package org.fdbox.daemon.handover;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.fdbox.spi.HandlerRefusal;

/// Waits for handlers that may never answer, such as that of a file whose server is gone, and does without them after a while: one user's
/// file holds up nobody else's. One object a save or a recovery; not thread-safe.
final class Patience {

    /// What is spent on a user's files that answer, besides what their contents take.
    private static final Duration SPENT = Duration.ofMinutes(10);
    /// What a byte of contents may take in any case: 0.1 MB/s, since our own disk has its part in that.
    private static final long NANOS_A_BYTE = 10_000;

    private static final Duration CONTENTS = Duration.ofMinutes(5);
    private static final Duration OF_ALL = Duration.ofMinutes(5);

    /// What has no server is waited for much longer: somebody must go to great lengths to make it silent.
    private static final Limits MEMORY = new Limits(Duration.ofMinutes(5), Duration.ofMinutes(1), CONTENTS,
            Duration.ofMinutes(10), OF_ALL, "save again");

    private static final Limits RECOVERY = new Limits(Duration.ofSeconds(10), Duration.ofSeconds(1), CONTENTS,
            Duration.ofSeconds(30), OF_ALL, "unseal the box to try again");

    /// Longer, since nothing else tries again.
    private static final Limits SAVE = new Limits(Duration.ofSeconds(20), Duration.ofSeconds(1), CONTENTS,
            Duration.ofSeconds(60), OF_ALL, "save again once its server is back");

    private final Limits served;
    private final Limits memory;
    private final Map<Integer, Account> ofServed = new HashMap<>();
    private final Map<Integer, Account> ofMemory = new HashMap<>();
    private ExecutorService threads = single();

    /// How long is waited.
    ///
    /// @param answer of a handler that was asked
    /// @param later the same for users one of whose entries has not answered, and for all once it was waited in vain for long
    /// @param contents for the next of them, where a server has them
    /// @param inAll in vain for one user; then no other entry of theirs is tried
    /// @param ofAll in vain for all users, which is long
    /// @param remedy what to do then
    record Limits(Duration answer, Duration later, Duration contents, Duration inAll, Duration ofAll,
            String remedy) {}

    /// What was waited for one user's entries.
    static final class Account implements TimeLimit {
        private final int uid;
        private final Limits limits;
        private final Map<Integer, Account> others;
        private Duration inVain = Duration.ZERO;
        private long spentNanos;
        private long bytes;

        private Account(int uid, Limits limits, Map<Integer, Account> others) {
            this.uid = uid;
            this.limits = limits;
            this.others = others;
        }

        /// @throws HandlerRefusal if entries of this user are not tried any more
        void requireTrying() throws HandlerRefusal {
            if (inVain.compareTo(limits.inAll) >= 0) {
                throw new HandlerRefusal("other files of uid " + Integer.toUnsignedString(uid)
                        + " did not answer in time, so this one was not tried; " + limits.remedy);
            }
        }

        @Override
        public Duration answer() {
            long all = others.values().stream()
                    .mapToLong(one -> Math.min(one.inVain.toMillis(), limits.inAll.toMillis())).sum();
            return inVain.isPositive() || all >= limits.ofAll.toMillis() ? limits.later : limits.answer;
        }

        @Override
        public Duration contents() {
            return limits.contents;
        }

        @Override
        public void spend(long nanos, long more) {
            spentNanos += nanos;
            bytes += more;
        }

        @Override
        public boolean isSpent() {
            return (spentNanos - SPENT.toNanos()) / NANOS_A_BYTE >= bytes;
        }

        @Override
        public void inVain(Duration time) {
            inVain = inVain.plus(time);
        }
    }

    /// @param served for what a server may have
    Patience(Limits served, Limits memory) {
        this.served = served;
        this.memory = memory;
    }

    static Patience ofRecovery() {
        return new Patience(RECOVERY, MEMORY);
    }

    static Patience ofSave() {
        return new Patience(SAVE, MEMORY);
    }

    /// @param uid who put what is asked for
    /// @param mayBlock whether a server may have it
    Account account(int uid, boolean mayBlock) {
        return mayBlock
                ? ofServed.computeIfAbsent(uid, _ -> new Account(uid, served, ofServed))
                : ofMemory.computeIfAbsent(uid, _ -> new Account(uid, memory, ofMemory));
    }

    /// @param whose account of what is asked for at the moment
    /// @param look is run now and then while it gets on, and at its end
    /// @return owned by the caller
    /// @throws HandlerRefusal also if it takes too long
    <T> T await(Supplier<Account> whose, Attempt<T> attempt, Runnable look) throws HandlerRefusal {
        begin(attempt);
        try {
            return attempt.await(whose, look);
        } catch (Unanswered late) {
            throw new HandlerRefusal(
                    late.getMessage() + " (a file server that is gone?); " + whose.get().limits.remedy, late);
        } finally {
            if (!attempt.isWanted()) {
                // It may hang for good.
                threads.shutdown();
                threads = single();
            }
        }
    }

    /// Where no thread can be had, waiting without bounds is better than doing without.
    private void begin(Attempt<?> attempt) {
        try {
            threads.execute(attempt);
        } catch (OutOfMemoryError noThread) {
            attempt.run();
        }
    }

    /// One thread, which comes when needed and goes by itself.
    private static ExecutorService single() {
        var threads = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform().daemon().name("handler").unstarted(task));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
