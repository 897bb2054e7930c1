package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Threads for what may block: how many there are, whose turn it is, and what becomes of what waits.
class WorkersTest {

    private static final int ALICE = 1000;
    private static final int BOB = 1001;
    private static final int TASKS = 100;

    private final Semaphore mayGo = new Semaphore(0);
    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    private final List<String> abandoned = new CopyOnWriteArrayList<>();

    /// Ends once it may.
    private Workers.Task waiting(String name) {
        return new Workers.Task(() -> {
            begun.add(name);
            mayGo.acquireUninterruptibly();
            ended.add(name);
        }, () -> abandoned.add(name));
    }

    private static Workers.Task task(Runnable run) {
        return new Workers.Task(run, () -> {});
    }

    @Test
    void anIdleThreadWorksAgainBeforeThereIsAnother() throws Exception {
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        try (var workers = new Workers("w", 64, 64)) {
            for (int i = 0; i < TASKS; i++) {
                var done = new CountDownLatch(1);
                workers.execute(ALICE, task(() -> {
                    used.add(Thread.currentThread());
                    done.countDown();
                }));
                done.await();
            }
        }
        // Not always one: the last one may not have become idle yet.
        assertThat(used).hasSizeLessThan(TASKS / 4);
    }

    @Test
    void oneUserHasOnlySoManyAndTheOthersTheirOwn() throws Exception {
        try (var workers = new Workers("w", 3, 2)) {
            for (String name : List.of("a1", "a2", "a3")) {
                workers.execute(ALICE, waiting(name));
            }
            workers.execute(BOB, waiting("b1"));
            assertThat(Set.of(begun.take(), begun.take(), begun.take()))
                    .containsExactlyInAnyOrder("a1", "a2", "b1");
            mayGo.release();
            ended.take();
            mayGo.release(3);
            assertThat(begun.take()).isEqualTo("a3");
        }
        assertThat(ended).hasSize(3);
    }

    @Test
    void whatNoThreadIsLeftForRunsInItsOrder() throws Exception {
        try (var workers = new Workers("w", 1, 10)) {
            for (String name : List.of("1", "2", "3")) {
                workers.execute(ALICE, waiting(name));
            }
            workers.execute(BOB, waiting("4"));
            mayGo.release(4);
            assertThat(List.of(ended.take(), ended.take(), ended.take(), ended.take()))
                    .containsExactly("1", "2", "3", "4");
        }
    }

    @Test
    void aTaskThatFailsTakesNothingWithIt() throws Exception {
        try (var workers = new Workers("w", 1, 1)) {
            workers.execute(ALICE, task(() -> {
                throw new AssertionError("by a test");
            }));
            workers.execute(ALICE, waiting("next"));
            mayGo.release();
            assertThat(ended.take()).isEqualTo("next");
        }
    }

    @Test
    void atTheEndWhatRunsIsFinishedAndWhatWaitsIsAbandoned() throws Exception {
        var workers = new Workers("w", 2, 2);
        for (String name : List.of("a1", "a2", "a3")) {
            workers.execute(ALICE, waiting(name));
        }
        workers.execute(BOB, waiting("b1"));
        begun.take();
        begun.take();
        var closing = new Thread(workers::close);
        closing.start();
        while (abandoned.size() < 2) {
            Thread.onSpinWait();
        }
        mayGo.release(2);
        closing.join();
        assertThat(abandoned).containsExactlyInAnyOrder("a3", "b1");
        assertThat(ended).containsExactlyInAnyOrder("a1", "a2");
        assertThatThrownBy(() -> workers.execute(ALICE, waiting("late")))
                .isInstanceOf(RejectedExecutionException.class);
    }

    /// Refuses one of the threads that are asked for.
    private static ThreadFactory without(int refused) {
        var asked = new AtomicInteger();
        return task -> {
            if (asked.incrementAndGet() == refused) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task);
        };
    }

    @Test
    void whereNoThreadCanBeHadWhoWorksTakesItOver() throws Exception {
        try (var workers = new Workers(without(2), 8, 8)) {
            workers.execute(ALICE, waiting("1"));
            begun.take();
            workers.execute(BOB, waiting("2"));
            assertThat(begun).isEmpty();
            mayGo.release(2);
            assertThat(List.of(ended.take(), ended.take())).containsExactly("1", "2");
        }
    }

    @Test
    void whereThereIsNoneAtAllItSaysSoAndGoesOn() throws Exception {
        try (var workers = new Workers(without(1), 8, 1)) {
            assertThatThrownBy(() -> workers.execute(ALICE, waiting("1")))
                    .isInstanceOf(OutOfMemoryError.class);
            workers.execute(ALICE, waiting("2"));
            mayGo.release();
            assertThat(ended.take()).isEqualTo("2");
        }
    }
}
