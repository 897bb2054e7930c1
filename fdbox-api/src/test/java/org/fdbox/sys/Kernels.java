package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/// Kernels that misbehave in one system call and are the real one in all others.
final class Kernels {

    private Kernels() {}

    /// Gives the first calls these answers, one after the other; the real kernel answers the later ones.
    static Kernel answering(SystemCall which, long... answers) {
        var calls = new AtomicInteger();
        return replacing(which, (call, a, b, c, d, e, f) -> {
            int nth = calls.getAndIncrement();
            return nth < answers.length ? answers[nth] : Kernel.SYSTEM.call(call, a, b, c, d, e, f);
        });
    }

    /// Gives every such call the same answer.
    static Kernel always(SystemCall which, long answer) {
        return replacing(which, (_, _, _, _, _, _, _) -> answer);
    }

    /// Lets read, write and their like move only so many bytes at once.
    static Kernel moving(long most, SystemCall which) {
        return replacing(
                which,
                (call, a, b, c, d, e, f) -> Kernel.SYSTEM.call(call, a, b, Math.min(c, most), d, e, f));
    }

    /// Counts the calls and lets them through.
    static Kernel counting(SystemCall which, AtomicInteger calls) {
        return replacing(which, (call, a, b, c, d, e, f) -> {
            calls.incrementAndGet();
            return Kernel.SYSTEM.call(call, a, b, c, d, e, f);
        });
    }

    static Kernel replacing(SystemCall which, Kernel other) {
        return (call, a, b, c, d, e, f) -> (call == which ? other : Kernel.SYSTEM).call(call, a, b, c, d, e,
                f);
    }

    /// The same open descriptor, seen through another kernel. Owned by the caller; the first object is empty
    /// afterwards.
    static OwnedFd through(Kernel kernel, OwnedFd fd) {
        OwnedFd taken = fd.take();
        return new OwnedFd(kernel, taken.number());
    }

    /// The memory that a system call was given.
    @SuppressWarnings("restricted")
    static MemorySegment memory(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }
}
