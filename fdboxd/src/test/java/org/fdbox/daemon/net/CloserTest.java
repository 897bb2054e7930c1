package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Closing that waits is in nobody else's way.
@ExtendWith(NothingLeaks.class)
class CloserTest {

    private static final int PATIENT = 1000;
    private static final int OTHER = 1001;
    private static final int MORE_THAN_THREADS = 300;

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException nobodyDoesThat) {
            throw new IllegalStateException(nobodyDoesThat);
        }
    }

    @Test
    void oneUsersSlowFilesDoNotHoldUpAnothers() {
        var closer = new Closer(new Backlog(1024));
        var answers = new CountDownLatch(1);
        var allClosed = new CountDownLatch(MORE_THAN_THREADS);
        try {
            for (int i = 0; i < MORE_THAN_THREADS; i++) {
                closer.close(PATIENT, Memfd.create("slow"), () -> {
                    await(answers);
                    allClosed.countDown();
                });
            }
            var closed = new CountDownLatch(1);
            closer.close(OTHER, Memfd.create("quick"), closed::countDown);
            await(closed);
            assertThat(allClosed.getCount()).isEqualTo(MORE_THAN_THREADS);
        } finally {
            answers.countDown();
        }
        await(allClosed);
    }

    @Test
    void whereNoThreadCanBeHadItClosesItself() {
        var backlog = new Backlog(1024);
        var closer = new Closer(backlog, new Workers(_ -> {
            throw new OutOfMemoryError("unable to create native thread");
        }, 1, 1));
        var closed = new CountDownLatch(1);
        OwnedFd memory = Memfd.create("x");
        closer.close(OTHER, memory, closed::countDown);
        assertThat(closed.getCount()).isZero();
    }

    @Test
    void whatWasTakenMeanwhileIsLeftAlone() {
        var closer = new Closer(new Backlog(1024));
        OwnedFd memory = Memfd.create("taken");
        try (OwnedFd taken = memory.take()) {
            closer.close(OTHER, memory, () -> {});
            assertThat(taken.isOpen()).isTrue();
        }
    }
}
