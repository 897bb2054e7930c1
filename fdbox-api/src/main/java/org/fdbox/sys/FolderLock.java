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
        try (OwnedFd file =
                OpenFile.open(Kernel.SYSTEM, path, OpenFlags.RDWR | O_CREAT | OpenFlags.NOFOLLOW, 0600)) {
            return locked(path, file);
        }
    }

    /// Takes over a lock from a process that has it, and may keep it: both have it then, until the last of their descriptors is
    /// closed. Where nobody has it any more, it is taken.
    ///
    /// @param path of the lock file
    /// @param file the descriptor of the process that has it; this object's if it answers one, and the caller's else
    /// @return empty if that is no descriptor of this file, or another open file description of it has the lock
    /// @throws SystemCallException if there is no such file, or the kernel refuses otherwise
    public static Optional<FolderLock> adopt(String path, OwnedFd file) {
        try (OwnedFd there = OpenFile.open(file.kernel(), path, OpenFlags.PATH | OpenFlags.NOFOLLOW)) {
            return Stat.of(there).sameInode(Stat.of(file)) ? locked(path, file) : Optional.empty();
        }
    }

    private static Optional<FolderLock> locked(String path, OwnedFd file) {
        long answer = file.call(SystemCall.FLOCK, LOCK_EX | LOCK_NB, 0, 0);
        if (answer == -Errno.EAGAIN) {
            return Optional.empty();
        }
        Kernel.check(answer, SystemCall.FLOCK, path);
        return Optional.of(new FolderLock(file.take()));
    }

    /// What a successor [adopts][#adopt]; stays this object's.
    public OwnedFd descriptor() {
        return file;
    }

    @Override
    public void close() {
        file.close();
    }
}
