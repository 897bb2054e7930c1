package org.fdbox.daemon.net;

import java.util.function.Consumer;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.protocol.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work that may block, on its way through a worker thread and back.
///
/// @param answered this, or one of the next two, is called once, on the loop's thread
record Errand(Answer.Work work, Consumer<Answer> answered, Consumer<Refused> refused, Runnable failed) {

    private static final Logger LOG = LoggerFactory.getLogger(Errand.class);

    /// Sends it off.
    void start(EventLoop loop, Session session) {
        loop.work(session.uid(),
                new Workers.Task(() -> loop.post(run(session)), () -> loop.post(this::drop)));
    }

    /// Runs on a worker; what it returns is to be run on the loop.
    private Runnable run(Session session) {
        try {
            Answer answer = work.get();
            return () -> answered.accept(answer);
        } catch (Refused refusal) {
            return () -> refused.accept(refusal);
        } catch (RuntimeException | Error fault) {
            LOG.error("{} a request failed", session, fault);
            return failed;
        }
    }

    /// Runs on the loop: the daemon ends before a worker came to it.
    private void drop() {
        work.abandon();
        failed.run();
    }
}
