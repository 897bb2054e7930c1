package org.fdbox.sys;

import java.util.Optional;

/// A lock on a folder by way of a file in it (flock(2)): it ends with the last descriptor of its open file description, so it
/// outlives no process and can be handed to a successor.
public final class FolderLock implements AutoCloseable {

    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int O_CREAT = 0100;

    private final OwnedFd file;

    private FolderLock(OwnedFd file) {
        this.file = file;
    }

    /// Takes the lock without waiting.
    ///
    /// @param path of the lock file, made where there is none, for this user alone
    /// @return empty if another process has it
    public static Optional<FolderLock> tryTake(String path) {
        OwnedFd file =
                OpenFile.open(Kernel.SYSTEM, path, OpenFlags.RDWR | O_CREAT | OpenFlags.NOFOLLOW, 0600);
        try {
            long answer = file.call(SystemCall.FLOCK, LOCK_EX | LOCK_NB, 0, 0);
            if (answer == -Errno.EAGAIN) {
                return Optional.empty();
            }
            Kernel.check(answer, SystemCall.FLOCK, path);
            return Optional.of(new FolderLock(file.take()));
        } finally {
            file.close();
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
