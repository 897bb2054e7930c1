package org.fdbox.daemon.net;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.fdbox.sys.OwnedFd;

/// Closes descriptors whose closing may wait for a file system or a peer, where that stalls nobody.
public final class Closer {

    private static final int THREADS = 256;
    private static final int STACK_BYTES = 256 << 10;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS, THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Closer::thread);

    public Closer() {
        threads.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable task) {
        var thread = new Thread(null, task, "closer", STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /// Has something else done that may wait for a disk.
    public void run(Runnable task) {
        threads.execute(task);
    }

    /// @param fd belongs to the closer from now on
    public void close(OwnedFd fd) {
        if (fd.isOpen()) {
            close(fd, () -> {});
        }
    }

    /// @param fd belongs to the closer from now on
    /// @param closed told when its number is free again
    public void close(OwnedFd fd, Runnable closed) {
        OwnedFd closing = fd.take();
        threads.execute(() -> {
            closing.close();
            closed.run();
        });
    }
}
