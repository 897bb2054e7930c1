package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdbox.daemon.handover.SaveProgress;
import org.fdbox.protocol.Reply;
import org.junit.jupiter.api.Test;

/// Long work waits for its turn without a thread, tells how far it is, and ends with its caller.
class InStepsTest {

    private static final Reply END = new Reply.Prepared(7, 7);

    private final AtomicBoolean free = new AtomicBoolean();
    private final CountDownLatch over = new CountDownLatch(1);

    private final InSteps.Turn turn = new InSteps.Turn() {
        @Override
        public boolean hasCome() {
            return free.get();
        }

        @Override
        public void over() {
            over.countDown();
        }
    };

    private static Reply page(SaveProgress step) {
        return new Reply.Prepared(step.bytesDone(), step.bytesTotal());
    }

    @Test
    void waitsForItsTurn() throws Exception {
        var work = new InSteps("work", _ -> END, InStepsTest::page, turn);
        assertThat(work.get()).isInstanceOf(Answer.Page.class);
        free.set(true);
        Answer answer = work.get();
        while (answer instanceof Answer.Page) {
            answer = work.get();
        }
        assertThat(answer).isEqualTo(Answer.of(END));
        over.await();
    }

    @Test
    void whoTakesOneReplyGetsOne() throws Exception {
        var work = new InSteps("work", _ -> END, null, turn);
        assertThat(work.get()).isEqualTo(new Answer.Later(work));
        free.set(true);
        Answer answer = work.get();
        while (answer instanceof Answer.Later) {
            answer = work.get();
        }
        assertThat(answer).isEqualTo(Answer.of(END));
    }

    @Test
    void endsWithItsCaller() throws Exception {
        free.set(true);
        var begun = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        var work = new InSteps("work", progress -> {
            begun.countDown();
            try {
                while (true) {
                    progress.accept(new SaveProgress(1, 2, 0, 1));
                }
            } catch (CancellationException end) {
                stopped.countDown();
                throw end;
            }
        }, InStepsTest::page, turn);
        assertThat(work.get()).isInstanceOf(Answer.Page.class);
        begun.await();
        work.abandon();
        stopped.await();
        over.await();
    }
}
