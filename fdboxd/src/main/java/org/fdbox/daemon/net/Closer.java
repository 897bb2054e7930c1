package org.fdbox.daemon.net;

import org.fdbox.sys.OwnedFd;

/// Closes descriptors whose closing may wait for a file system or a peer, where that stalls nobody: not the thread that serves,
/// and not the closing of what others put.
public final class Closer {

    private final Workers threads = new Workers("closer", 256, 16);

    /// Has something else done that may wait for a disk.
    ///
    /// @param uid on whose account
    public void run(int uid, Runnable task) {
        threads.execute(uid, new Workers.Task(task, () -> {}));
    }

    /// @param uid who sent it
    /// @param fd belongs to the closer from now on
    public void close(int uid, OwnedFd fd) {
        if (fd.isOpen()) {
            close(uid, fd, () -> {});
        }
    }

    /// @param uid who put it
    /// @param fd belongs to the closer from now on
    /// @param closed told when its number is free again
    public void close(int uid, OwnedFd fd, Runnable closed) {
        OwnedFd closing = fd.take();
        threads.execute(uid, new Workers.Task(() -> {
            closing.close();
            closed.run();
        }, closing::close));
    }
}
