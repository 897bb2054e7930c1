package org.fdbox.daemon.net;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Threads for what may block: handlers, disks, closing. They come when needed, the one that became idle last works next, and those that
/// stay idle go. One user has only a few of them at a time, so whoever puts files that never answer holds up nobody else.
final class Workers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private static final int STACK_BYTES = 256 << 10;
    private static final long IDLE_SECONDS = 5;
    private static final long LAST_TASKS_SECONDS = 5;

    private final ThreadPoolExecutor threads;
    private final int most;
    private final int forOneUser;
    private final Map<Integer, Lane> lanes = new HashMap<>();
    /// What its user's lane lets run, and no thread is left for.
    private final Queue<Job> ready = new ArrayDeque<>();
    private int busy;

    /// @param run on a worker
    /// @param abandon instead, if the workers end before
    record Task(Runnable run, Runnable abandon) {}

    private record Job(int uid, Task task) {}

    /// Guarded by this object's lock.
    private static final class Lane {
        private final Queue<Task> waiting = new ArrayDeque<>();
        private int running;
    }

    /// @param name of each thread
    /// @param most threads that work at a time
    /// @param forOneUser most of them that work for one user
    Workers(String name, int most, int forOneUser) {
        this(task -> thread(name, task), most, forOneUser);
    }

    Workers(ThreadFactory factory, int most, int forOneUser) {
        this.most = most;
        this.forOneUser = forOneUser;
        // A queue that holds nothing hands a task to an idle thread where there is one, and else to a new one.
        threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS,
                new SynchronousQueue<>(), factory);
    }

    private static Thread thread(String name, Runnable task) {
        var thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /// Runs a task soon.
    ///
    /// @throws RejectedExecutionException after it was closed
    /// @throws OutOfMemoryError if there is no thread to be had, and none works; the task is not run then
    synchronized void execute(int uid, Task task) {
        if (threads.isShutdown()) {
            throw new RejectedExecutionException("there are no workers any more");
        }
        Lane lane = lanes.computeIfAbsent(uid, _ -> new Lane());
        if (lane.running >= forOneUser) {
            lane.waiting.add(task);
            return;
        }
        lane.running++;
        var job = new Job(uid, task);
        if (busy == most) {
            ready.add(job);
            return;
        }
        busy++;
        try {
            threads.execute(() -> work(job));
        } catch (OutOfMemoryError noThread) {
            // TasksMax=, RLIMIT_NPROC: whoever works now does this next.
            busy--;
            if (busy == 0) {
                leave(uid, lane);
                throw noThread;
            }
            ready.add(job);
        }
    }

    private void leave(int uid, Lane lane) {
        lane.running--;
        if (lane.running == 0) {
            lanes.remove(uid);
        }
    }

    private void work(Job first) {
        for (Job job = first; job != null; job = next(job.uid())) {
            try {
                job.task().run().run();
            } catch (RuntimeException | Error fault) {
                LOG.error("a task failed", fault);
            }
        }
    }

    /// What the thread that has just worked for a user does now; null if there is nothing.
    private synchronized Job next(int uid) {
        Lane lane = lanes.get(uid);
        Task task = lane.waiting.poll();
        if (task != null) {
            ready.add(new Job(uid, task));
        } else {
            leave(uid, lane);
        }
        Job job = ready.poll();
        if (job == null) {
            busy--;
        }
        return job;
    }

    /// Lets what runs come to its end, within bounds, and abandons what waits for its turn.
    @Override
    public void close() {
        var waiting = new ArrayList<Task>();
        synchronized (this) {
            threads.shutdown();
            ready.forEach(job -> waiting.add(job.task()));
            ready.clear();
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
