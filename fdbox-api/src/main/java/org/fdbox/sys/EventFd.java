package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Event counters (eventfd(2)).
public final class EventFd {

    private static final int EFD_SEMAPHORE = 1;
    private static final int EFD_NONBLOCK = OpenFlags.NONBLOCK;
    private static final int EFD_CLOEXEC = OpenFlags.CLOEXEC;

    private EventFd() {}

    /// Makes one that is close-on-exec.
    ///
    /// @param count where the counter starts: unsigned, at most 2^64-2
    /// @param semaphore whether each read takes 1 and not all
    /// @param nonblock whether reading 0 answers EAGAIN
    /// @return owned by the caller
    public static OwnedFd create(long count, boolean semaphore, boolean nonblock) {
        return create(Kernel.SYSTEM, count, semaphore, nonblock);
    }

    static OwnedFd create(Kernel kernel, long count, boolean semaphore, boolean nonblock) {
        int flags = EFD_CLOEXEC | (semaphore ? EFD_SEMAPHORE : 0) | (nonblock ? EFD_NONBLOCK : 0);
        long number = kernel.call(SystemCall.EVENTFD2, 0, flags);
        try (var fd = new OwnedFd(kernel, Kernel.check(number, SystemCall.EVENTFD2, "a new eventfd"))) {
            if (count != 0) {
                add(fd, count);
            }
            return fd.take();
        }
    }

    /// Adds to the counter, which wakes its readers.
    public static void add(OwnedFd eventFd, long count) {
        MemorySegment memory = Scratch.arguments();
        memory.set(ValueLayout.JAVA_LONG, 0, count);
        long answer = Kernel.retry(() -> eventFd.call(SystemCall.WRITE, memory.address(), Long.BYTES, 0));
        Kernel.check(answer, SystemCall.WRITE, eventFd);
    }

    /// Reads the counter, which sets it to 0 (a semaphore: takes 1).
    ///
    /// @return what was read, or 0 if the counter was 0 and the eventfd does not block
    public static long read(OwnedFd eventFd) {
        MemorySegment memory = Scratch.arguments();
        long answer = Kernel.retry(() -> eventFd.call(SystemCall.READ, memory.address(), Long.BYTES, 0));
        if (answer == -Errno.EAGAIN) {
            return 0;
        }
        Kernel.check(answer, SystemCall.READ, eventFd);
        return memory.get(ValueLayout.JAVA_LONG, 0);
    }
}
