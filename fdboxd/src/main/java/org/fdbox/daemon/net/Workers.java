package org.fdbox.daemon.net;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Threads for what may block: handlers, disks. They come when needed and go when idle. One user has only a few of them at a
/// time, so whoever puts files that never answer holds up nobody else.
public final class Workers implements AutoCloseable {

    private static final int THREADS = 64;
    private static final int FOR_ONE_USER = 8;
    private static final long LAST_TASKS_SECONDS = 5;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS, THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Workers::thread);
    private final Map<Integer, Lane> lanes = new HashMap<>();

    /// Guarded by this object's lock.
    private static final class Lane {
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private int running;
    }

    public Workers() {
        threads.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable task) {
        var thread = new Thread(task, "worker");
        thread.setDaemon(true);
        return thread;
    }

    /// Runs a task soon.
    ///
    /// @throws java.util.concurrent.RejectedExecutionException after it was closed
    synchronized void execute(int uid, Runnable task) {
        Lane lane = lanes.computeIfAbsent(uid, _ -> new Lane());
        if (lane.running < FOR_ONE_USER) {
            lane.running++;
            start(uid, task);
        } else {
            lane.waiting.add(task);
        }
    }

    private void start(int uid, Runnable task) {
        threads.execute(() -> {
            try {
                task.run();
            } finally {
                next(uid);
            }
        });
    }

    private synchronized void next(int uid) {
        Lane lane = lanes.get(uid);
        Runnable task = lane.waiting.poll();
        if (task != null && !threads.isShutdown()) {
            start(uid, task);
        } else if (--lane.running == 0) {
            lanes.remove(uid);
        }
    }

    /// Lets what runs come to its end, within bounds.
    @Override
    public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(LAST_TASKS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
