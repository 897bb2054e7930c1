package org.fdbox.daemon.dispatch;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fdbox.daemon.handover.Handover;
import org.fdbox.daemon.handover.SaveProgress;
import org.fdbox.protocol.Refused;

/// A save whose caller wants to see its progress. It runs on a thread of its own, whether or not the caller keeps up; each
/// reply tells how far it is by then.
final class SaveInSteps {

    private static final long STEP_MILLIS = 100;

    private final FutureTask<Handover.Outcome> task;
    private volatile SaveProgress progress = new SaveProgress(0, 0, 0, 0);

    SaveInSteps(Handover handover, Optional<Path> elsewhere) {
        Callable<Handover.Outcome> save = () -> handover.save(elsewhere, step -> progress = step);
        task = new FutureTask<>(save);
    }

    Answer begin() throws Refused {
        Thread.ofPlatform().name("save").start(task);
        return next();
    }

    private Answer next() throws Refused {
        try {
            return Answer.of(HandoverVerbs.reply(task.get(STEP_MILLIS, TimeUnit.MILLISECONDS)));
        } catch (TimeoutException underWay) {
            return new Answer.Page(HandoverVerbs.reply(progress), this::next);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Refused refused) {
                throw refused;
            }
            throw new IllegalStateException("the save failed", failed.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return new Answer.End();
        }
    }
}
