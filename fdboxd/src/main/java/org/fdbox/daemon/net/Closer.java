package org.fdbox.daemon.net;

import org.fdbox.sys.OwnedFd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closes descriptors whose closing may wait for a file system or a peer, where that stalls nobody: not the thread that serves,
/// and not the closing of what others put. Until close(2) has returned, they count in their user's [Backlog].
public final class Closer {

    private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

    private final Workers threads;
    private final Backlog backlog;

    public Closer(Backlog backlog) {
        this(backlog, new Workers("closer", 256, 16));
    }

    Closer(Backlog backlog, Workers threads) {
        this.backlog = backlog;
        this.threads = threads;
    }

    Backlog backlog() {
        return backlog;
    }

    /// Has something else done that may wait for a disk.
    ///
    /// @param uid on whose account
    public void run(int uid, Runnable task) {
        threads.execute(uid, new Workers.Task(task, () -> {}));
    }

    /// @param uid who put or sent it
    /// @param fd belongs to the closer from now on; one that was taken meanwhile is left alone
    /// @param closed told when its number is free again
    public void close(int uid, OwnedFd fd, Runnable closed) {
        if (!fd.isOpen()) {
            closed.run();
            return;
        }
        OwnedFd closing = fd.take();
        backlog.add(uid, 1);
        Runnable task = () -> {
            closing.close();
            closed.run();
            backlog.remove(uid, 1);
        };
        try {
            threads.execute(uid, new Workers.Task(task, closing::close));
        } catch (OutOfMemoryError noThread) {
            LOG.warn("no thread can be had to close what may block: {}", noThread.getMessage());
            task.run();
        }
    }
}
