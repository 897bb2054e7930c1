package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.NoSuchElementException;

/// Descriptors that signals are read from (signalfd(2)).
public final class SignalFd {

    /// sizeof(sigset_t) of the kernel.
    private static final int MASK_BYTES = 8;

    private SignalFd() {}

    /// Makes one that is close-on-exec and blocking.
    ///
    /// @param mask bit N-1 for signal N; the kernel leaves out SIGKILL and SIGSTOP
    /// @return owned by the caller
    public static OwnedFd create(long mask) {
        return create(Kernel.SYSTEM, mask);
    }

    static OwnedFd create(Kernel kernel, long mask) {
        MemorySegment memory = Scratch.arguments();
        memory.set(ValueLayout.JAVA_LONG, 0, mask);
        long number =
                kernel.call(SystemCall.SIGNALFD4, -1, memory.address(), MASK_BYTES, OpenFlags.CLOEXEC);
        return new OwnedFd(kernel, Kernel.check(number, SystemCall.SIGNALFD4, "a new signalfd"));
    }

    /// Which signals it accepts, as for [#create(long)].
    ///
    /// @throws NoSuchElementException if this kernel does not tell
    public static long mask(OwnedFd signalFd) {
        return Long.parseUnsignedLong(FdInfo.of(signalFd).get("sigmask"), 16);
    }
}
