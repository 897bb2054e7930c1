package org.fdbox.daemon.net;

import java.util.ArrayDeque;
import java.util.ArrayList;
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

    /// @param run on a worker
    /// @param abandon instead, if the workers end before
    record Task(Runnable run, Runnable abandon) {}

    /// Guarded by this object's lock.
    private static final class Lane {
        private final Queue<Task> waiting = new ArrayDeque<>();
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
    synchronized void execute(int uid, Task task) {
        Lane lane = lanes.computeIfAbsent(uid, _ -> new Lane());
        if (lane.running < FOR_ONE_USER) {
            lane.running++;
            start(uid, task);
        } else {
            lane.waiting.add(task);
        }
    }

    private void start(int uid, Task task) {
        threads.execute(() -> {
            try {
                task.run().run();
            } finally {
                next(uid);
            }
        });
    }

    private synchronized void next(int uid) {
        Lane lane = lanes.get(uid);
        Task task = lane.waiting.poll();
        if (task != null) {
            start(uid, task);
        } else if (--lane.running == 0) {
            lanes.remove(uid);
        }
    }

    /// Lets what runs come to its end, within bounds, and abandons what waits for its turn.
    @Override
    public void close() {
        var waiting = new ArrayList<Task>();
        synchronized (this) {
            threads.shutdown();
            lanes.values().forEach(lane -> {
                waiting.addAll(lane.waiting);
                lane.waiting.clear();
            });
        }
        waiting.forEach(task -> task.abandon().run());
        try {
            threads.awaitTermination(LAST_TASKS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
