package org.fdbox.daemon.net;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Threads for what may block: handlers, disks. They come when needed and go when idle.
public final class Workers implements AutoCloseable {

    private static final int THREADS = 16;
    private static final long LAST_TASKS_SECONDS = 5;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS, THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Workers::thread);

    public Workers() {
        threads.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable task) {
        var thread = new Thread(task, "worker");
        thread.setDaemon(true);
        return thread;
    }

    void execute(Runnable task) {
        threads.execute(task);
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
