package org.fdbox.daemon.dispatch;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

import org.fdbox.daemon.handover.SaveProgress;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;

/// Long work. It runs on a thread of its own, whether or not the caller keeps up; a caller who takes several replies is told how far
/// it is by then.
final class InSteps implements Answer.Work {

    private static final long STEP_MILLIS = 100;

    private final String name;
    private final FutureTask<Reply> task;
    private final Function<SaveProgress, Reply> page;
    private final Turn turn;
    private boolean started;
    private volatile boolean stopped;
    private volatile SaveProgress progress = new SaveProgress(0, 0, 0, 0);

    /// What is to be done.
    interface Job {
        Reply run(Consumer<SaveProgress> progress) throws Refused;
    }

    /// When it may begin.
    interface Turn {

        /// For work that refuses by itself to be done twice at a time, and goes on when its caller is gone.
        Turn AT_ONCE = new Turn() {
            @Override
            public boolean hasCome() {
                return true;
            }

            @Override
            public void over() {
                // Nobody waits for it.
            }
        };

        /// Whether it is this work's turn; if so, not asked again.
        boolean hasCome();

        /// The work has ended.
        void over();
    }

    /// @param page how progress is told; null to a caller who takes one reply
    /// @param turn other than [Turn#AT_ONCE], the work stops when the caller is gone, and can be done once more
    InSteps(String name, Job job, Function<SaveProgress, Reply> page, Turn turn) {
        this.name = name;
        this.task = new FutureTask<>(() -> job.run(this::advance)) {
            @Override
            protected void done() {
                turn.over();
            }
        };
        this.page = page;
        this.turn = turn;
    }

    private void advance(SaveProgress step) {
        if (stopped) {
            throw new CancellationException("nobody waits for it any more");
        }
        progress = step;
    }

    @Override
    public Answer get() throws Refused {
        if (!started && turn.hasCome()) {
            started = true;
            start();
        }
        try {
            return Answer.of(task.get(STEP_MILLIS, TimeUnit.MILLISECONDS));
        } catch (TimeoutException underWay) {
            return page == null ? new Answer.Later(this) : new Answer.Page(page.apply(progress), this);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Refused refused) {
                throw refused;
            }
            throw new IllegalStateException("the " + name + " failed", failed.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return new Answer.End();
        }
    }

    private void start() {
        try {
            Thread.ofPlatform().name(name).start(task);
        } catch (OutOfMemoryError noThread) {
            task.cancel(false);
            throw noThread;
        }
    }

    @Override
    public void abandon() {
        stopped = turn != Turn.AT_ONCE;
    }

    @Override
    public Answer.Meanwhile meanwhile() {
        return turn == Turn.AT_ONCE ? Answer.Meanwhile.AWAITED : Answer.Meanwhile.REPEATED;
    }
}
