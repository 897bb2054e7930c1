package org.fdbox.daemon.handover;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.fdbox.spi.HandlerRefusal;

/// What handlers do that may never come to an end, on another thread than who waits for it, and perhaps for longer: once nobody waits any
/// more, what it comes to is closed, and it touches nothing that belongs to the waiter. What belongs to the waiter is used under this
/// object's lock, by what does not block, or by [#undisturbed].
///
/// @param <T> what it comes to
final class Attempt<T> implements Runnable {

    /// How often the waiter looks.
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /// What a look may count for that took longer: it may have been this process that stood still.
    private static final long MOST_NANOS = 2 * LOOK_NANOS;

    /// @param <T> what it comes to
    interface Work<T> {
        /// @param itself to tell how it gets on
        T run(Attempt<T> itself) throws HandlerRefusal;
    }

    /// What it is at.
    private enum Phase {
        /// A handler was asked.
        ANSWER,
        /// Contents are copied that a server has.
        CONTENTS,
        /// Nobody else is waited for, but perhaps our own disk.
        OURS
    }

    private final Work<T> work;
    private final Consumer<T> close;

    // Guarded by this object's lock.
    private boolean begun;
    private boolean abandoned;
    private boolean ended;
    private Phase phase = Phase.ANSWER;
    /// Whether it must not be abandoned now.
    private boolean inUse;
    private boolean heard;
    private long bytes;
    /// Those of a server's that the limit was not told of yet.
    private long fresh;
    /// For how long nothing was heard.
    private long silentNanos;
    private T result;
    private Throwable failure;

    /// @param close for what comes when nobody waits any more
    Attempt(Work<T> work, Consumer<T> close) {
        this.work = work;
        this.close = close;
    }

    /// Does it, once.
    @Override
    public void run() {
        if (!begins()) {
            return;
        }
        T made = null;
        Throwable why = null;
        try {
            made = work.run(this);
        } catch (Throwable failed) {
            // Also what no method declares, which other languages may throw: somebody waits.
            why = failed;
        }
        if (!arrives(made, why) && made != null) {
            close.accept(made);
        }
    }

    private synchronized boolean begins() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    private synchronized boolean arrives(T made, Throwable why) {
        result = made;
        failure = why;
        ended = true;
        notifyAll();
        return !abandoned;
    }

    // For whoever waits

    /// Waits for the end. However this ends before that, it is abandoned.
    ///
    /// @param limit asked anew at each look
    /// @param look is run now and then while it gets on, and at its end
    /// @return the caller's from now on
    /// @throws Unanswered if it takes too long
    /// @throws HandlerRefusal also if this thread is interrupted before
    T await(Supplier<? extends TimeLimit> limit, Runnable look) throws HandlerRefusal, Unanswered {
        boolean arrived = false;
        try {
            while (!hasEnded(limit)) {
                look.run();
            }
            look.run();
            T made = result();
            arrived = true;
            return made;
        } finally {
            if (!arrived) {
                abandon();
            }
        }
    }

    private void abandon() {
        T unwanted = abandonUnlessEnded();
        if (unwanted != null) {
            close.accept(unwanted);
        }
    }

    /// What must not be abandoned is waited for. Its end may have come by now, and what it made, which this answers, would be nobody's.
    private synchronized T abandonUnlessEnded() {
        boolean interrupted = false;
        while (inUse && !ended) {
            try {
                wait();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        abandoned |= !ended;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return abandoned ? null : result;
    }

    /// Waits until it has, or has got on.
    private synchronized boolean hasEnded(Supplier<? extends TimeLimit> limit)
            throws HandlerRefusal, Unanswered {
        while (!ended) {
            long waited = pause();
            boolean ours = phase == Phase.OURS;
            boolean getsOn = heard;
            heard = false;
            silentNanos = getsOn || ours ? 0 : silentNanos + waited;
            if (!ours) {
                spend(limit.get(), waited);
            }
            if (getsOn) {
                return ended;
            }
        }
        return true;
    }

    /// Waits for the next look, or the end; answers how long.
    private long pause() throws HandlerRefusal {
        long begin = System.nanoTime();
        try {
            TimeUnit.NANOSECONDS.timedWait(this, LOOK_NANOS);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            // It may have answered in the same moment, and what it made would be nobody's.
            if (!ended) {
                abandoned = !inUse;
                throw new HandlerRefusal("this daemon is about to end");
            }
        }
        return Math.min(MOST_NANOS, System.nanoTime() - begin);
    }

    private void spend(TimeLimit limit, long waited) throws Unanswered {
        limit.spend(waited, fresh);
        fresh = 0;
        if (!ended) {
            requirePatience(limit);
        }
    }

    private void requirePatience(TimeLimit limit) throws Unanswered {
        boolean copying = phase == Phase.CONTENTS;
        Duration most = copying ? limit.contents() : limit.answer();
        if (silentNanos >= most.toNanos()) {
            abandoned = true;
            limit.inVain(most);
            throw new Unanswered(
                    (copying ? "no more of its contents came within " : "it did not answer within ")
                            + most.toSeconds() + " s");
        }
        if (limit.isSpent()) {
            abandoned = true;
            throw new Unanswered("it, and what else its user put, answers too slowly");
        }
    }

    private synchronized T result() throws HandlerRefusal {
        return switch (failure) {
            case null -> result;
            case HandlerRefusal refused -> throw refused;
            case RuntimeException fault -> throw fault;
            case Error fault -> throw fault;
            default -> throw new IllegalStateException(failure);
        };
    }

    /// How many bytes it has copied.
    synchronized long bytes() {
        return bytes;
    }

    // For whoever does it

    /// It has got on: a handler has answered, or is asked now.
    synchronized void gotOn() {
        requireWanted();
        reach(Phase.ANSWER);
    }

    /// Contents are copied from now on, until [#gotOn].
    ///
    /// @param served whether a server has them, which may not answer
    synchronized void contentsBegin(boolean served) {
        requireWanted();
        reach(served ? Phase.CONTENTS : Phase.OURS);
    }

    /// So many bytes are copied so far.
    synchronized void copied(long soFar) {
        requireWanted();
        // Where a copy begins anew, they are fewer than before.
        fresh += phase == Phase.CONTENTS ? Math.max(0, soFar - bytes) : 0;
        bytes = soFar;
        heard = true;
    }

    /// It has got on with what it is at.
    synchronized void getsOn() {
        requireWanted();
        heard = true;
    }

    private void reach(Phase next) {
        phase = next;
        heard = true;
    }

    /// Does what must not be abandoned and waits for no handler: for the disk with the state directory, for example. It is waited for,
    /// however long that takes.
    ///
    /// @throws IllegalStateException if nobody waits any more; nothing is done then
    void undisturbed(Runnable task) {
        undisturbed(() -> {
            task.run();
            return true;
        });
    }

    /// The same.
    <R> R undisturbed(Supplier<R> task) {
        Phase before;
        synchronized (this) {
            requireWanted();
            before = phase;
            reach(Phase.OURS);
            inUse = true;
        }
        try {
            return task.get();
        } finally {
            synchronized (this) {
                inUse = false;
                reach(before);
                notifyAll();
            }
        }
    }

    /// Whether somebody waits, for as long as the caller holds this object's lock.
    synchronized boolean isWanted() {
        return !abandoned;
    }

    /// The same.
    ///
    /// @throws IllegalStateException if nobody waits any more
    synchronized void requireWanted() {
        if (abandoned) {
            throw new IllegalStateException("nobody waits for it any more");
        }
    }
}
