package org.fdbox.daemon.net;

import java.util.function.Consumer;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.protocol.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work that may block, on its way through a worker thread and back. Whoever waits for it is told once, on the loop's thread; who
/// that is may change on the way.
final class Errand {

    private static final Logger LOG = LoggerFactory.getLogger(Errand.class);
    private static final Receiver NOBODY = new Receiver() {
        @Override
        public void answered(Answer answer) {
            answer.abandon();
        }

        @Override
        public void refused(Refused refused) {
            // It is served once more, or its client is gone.
        }

        @Override
        public void failed() {
            // It has been logged.
        }
    };

    private final Answer.Work work;
    private final Exchange exchange;
    /// Null while nobody is told. Only on the loop's thread, like the next.
    private Receiver receiver;
    /// What came while there was no receiver; null if nothing did.
    private Consumer<Receiver> outcome;

    /// Who waits for it. One of these is called.
    interface Receiver {
        void answered(Answer answer);

        void refused(Refused refused);

        void failed();
    }

    private Errand(Answer.Work work, Exchange exchange) {
        this.work = work;
        this.exchange = exchange;
    }

    /// Sends it off.
    ///
    /// @param exchange what it is for
    static Errand start(Answer.Work work, Exchange exchange, EventLoop loop) {
        var errand = new Errand(work, exchange);
        loop.work(exchange.session().uid(), new Workers.Task(
                () -> {
                    Consumer<Receiver> outcome = errand.run();
                    loop.post(() -> errand.end(outcome));
                },
                () -> loop.post(errand::drop)));
        return errand;
    }

    /// What it is for.
    Exchange exchange() {
        return exchange;
    }

    /// What becomes of it if everybody is suspended.
    Answer.Meanwhile meanwhile() {
        return work.meanwhile();
    }

    /// From now on nobody is told; what comes meanwhile waits for the next receiver.
    void hold() {
        receiver = null;
    }

    /// Somebody waits for it from now on, and may be told at once.
    void tell(Receiver waiting) {
        receiver = waiting;
        if (outcome != null) {
            Consumer<Receiver> came = outcome;
            outcome = null;
            came.accept(waiting);
        }
    }

    /// Nobody wants it any more.
    void forget() {
        tell(NOBODY);
    }

    private void end(Consumer<Receiver> came) {
        if (receiver == null) {
            outcome = came;
        } else {
            came.accept(receiver);
        }
    }

    /// Runs on a worker; what it returns is for the loop.
    private Consumer<Receiver> run() {
        try {
            Answer answer = exchange.run(work);
            return told -> told.answered(answer);
        } catch (Refused refusal) {
            return told -> told.refused(refusal);
        } catch (RuntimeException | Error fault) {
            LOG.error("{} a request failed", exchange.session(), fault);
            return Receiver::failed;
        }
    }

    /// Runs on the loop: the daemon ends before a worker came to it.
    private void drop() {
        work.abandon();
        end(Receiver::failed);
    }
}
