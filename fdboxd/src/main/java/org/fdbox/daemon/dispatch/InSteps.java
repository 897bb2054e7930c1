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

/// Long work whose caller wants to see its progress. It runs on a thread of its own, whether or not the caller keeps up; each
/// reply tells how far it is by then.
final class InSteps implements Answer.Work {

    private static final long STEP_MILLIS = 100;

    private final String name;
    private final FutureTask<Reply> task;
    private final Function<SaveProgress, Reply> page;
    private final boolean forCallerAlone;
    private boolean started;
    private volatile boolean stopped;
    private volatile SaveProgress progress = new SaveProgress(0, 0, 0, 0);

    /// What is to be done.
    interface Job {
        Reply run(Consumer<SaveProgress> progress) throws Refused;
    }

    /// @param page how progress is told
    /// @param forCallerAlone whether it stops when the caller is gone
    InSteps(String name, Job job, Function<SaveProgress, Reply> page, boolean forCallerAlone) {
        this.name = name;
        this.task = new FutureTask<>(() -> job.run(this::advance));
        this.page = page;
        this.forCallerAlone = forCallerAlone;
    }

    private void advance(SaveProgress step) {
        if (stopped) {
            throw new CancellationException("nobody waits for it any more");
        }
        progress = step;
    }

    @Override
    public Answer get() throws Refused {
        if (!started) {
            started = true;
            Thread.ofPlatform().name(name).start(task);
        }
        try {
            return Answer.of(task.get(STEP_MILLIS, TimeUnit.MILLISECONDS));
        } catch (TimeoutException underWay) {
            return new Answer.Page(page.apply(progress), this);
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

    @Override
    public void abandon() {
        stopped = forCallerAlone;
    }
}
