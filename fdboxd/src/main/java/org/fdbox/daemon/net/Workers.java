package org.fdbox.daemon.net;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Threads for what may block: handlers, disks, closing. They come when needed and go when idle. One user has only a few of them
/// at a time, so whoever puts files that never answer holds up nobody else.
final class Workers implements AutoCloseable {

    private static final int STACK_BYTES = 256 << 10;
    private static final long LAST_TASKS_SECONDS = 5;

    private final ThreadPoolExecutor threads;
    private final int forOneUser;
    private final Map<Integer, Lane> lanes = new HashMap<>();

    /// @param run on a worker
    /// @param abandon instead, if the workers end before
    record Task(Runnable run, Runnable abandon) {}

    /// Guarded by this object's lock.
    private static final class Lane {
        private final Queue<Task> waiting = new ArrayDeque<>();
        private int running;
    }

    /// @param name of each thread
    /// @param most threads at a time
    /// @param forOneUser most of them that work for one user
    Workers(String name, int most, int forOneUser) {
        this.forOneUser = forOneUser;
        threads = new ThreadPoolExecutor(most, most, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                task -> thread(name, task));
        threads.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(String name, Runnable task) {
        var thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /// Runs a task soon.
    ///
    /// @throws java.util.concurrent.RejectedExecutionException after it was closed
    synchronized void execute(int uid, Task task) {
        Lane lane = lanes.computeIfAbsent(uid, _ -> new Lane());
        if (lane.running < forOneUser) {
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
