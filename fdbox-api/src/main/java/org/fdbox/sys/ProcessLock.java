package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A file, of whatever kind, that processes use in turn (fcntl(2), advisory record locks): unlike flock(2), it keeps processes
/// apart that have inherited one open file description.
public final class ProcessLock {

    private static final int F_SETLKW = 7;
    private static final short F_WRLCK = 1;
    private static final int STRUCT_FLOCK = 32;

    private ProcessLock() {}

    /// Waits until no other process has the lock. It ends when this process closes any descriptor of the file, or ends.
    ///
    /// @param file open for writing; stays the caller's
    /// @throws SystemCallException EBADF if it is not open for writing, EDEADLK if the other one waits for this process
    public static void take(OwnedFd file) {
        // All zero else: the whole file, from its beginning.
        MemorySegment lock = Scratch.arguments().asSlice(0, STRUCT_FLOCK).fill((byte) 0);
        lock.set(ValueLayout.JAVA_SHORT, 0, F_WRLCK);
        long answer = Kernel.retry(() -> file.call(SystemCall.FCNTL, F_SETLKW, lock.address(), 0));
        Kernel.check(answer, SystemCall.FCNTL, "the lock of " + file);
    }
}
