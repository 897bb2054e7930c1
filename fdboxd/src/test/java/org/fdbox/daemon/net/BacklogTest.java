package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.sys.Memfd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Whoever has too many descriptors waiting to be closed is not read from until they are fewer.
@ExtendWith(NothingLeaks.class)
class BacklogTest {

    private static final int BUSY = 1000;
    private static final int OTHER = 1001;
    private static final int MOST = 128;

    private final Backlog backlog = new Backlog(MOST * 8);
    private final List<String> woken = new ArrayList<>();

    @Test
    void oneUserIsFullAndNobodyElse() {
        backlog.add(BUSY, MOST - 1);
        assertThat(backlog.hasRoom(BUSY)).isTrue();
        backlog.add(BUSY, 1);
        assertThat(backlog.hasRoom(BUSY)).isFalse();
        assertThat(backlog.hasRoom(OTHER)).isTrue();
    }

    @Test
    void whoWaitsIsWokenOnceAsSoonAsThereIsRoom() {
        backlog.add(BUSY, MOST + 1);
        backlog.whenRoom(BUSY, () -> woken.add("one"));
        backlog.remove(BUSY, 1);
        assertThat(woken).isEmpty();
        backlog.remove(BUSY, 1);
        backlog.remove(BUSY, 1);
        assertThat(woken).containsExactly("one");
        backlog.whenRoom(BUSY, () -> woken.add("two"));
        assertThat(woken).containsExactly("one", "two");
    }

    @Test
    void whoHasGoneIsNotWoken() {
        Runnable wake = () -> woken.add("gone");
        backlog.add(BUSY, MOST);
        backlog.whenRoom(BUSY, wake);
        backlog.forget(BUSY, wake);
        backlog.remove(BUSY, MOST);
        backlog.forget(BUSY, wake);
        assertThat(woken).isEmpty();
    }

    @Test
    void aDescriptorCountsUntilItsClosingHasReturned() throws Exception {
        var closer = new Closer(backlog);
        var answers = new CountDownLatch(1);
        var closed = new CountDownLatch(MOST);
        var room = new CountDownLatch(1);
        for (int i = 0; i < MOST; i++) {
            closer.close(BUSY, Memfd.create("slow"), () -> {
                await(answers);
                closed.countDown();
            });
        }
        assertThat(backlog.hasRoom(BUSY)).isFalse();
        backlog.whenRoom(BUSY, room::countDown);
        answers.countDown();
        room.await();
        closed.await();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException nobodyDoesThat) {
            throw new IllegalStateException(nobodyDoesThat);
        }
    }
}
