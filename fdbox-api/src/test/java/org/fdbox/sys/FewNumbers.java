package org.fdbox.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.Callable;

/// Runs something while this process has hardly any free descriptor numbers.
public final class FewNumbers {

    private static final int RLIMIT_NOFILE = 7;

    private FewNumbers() {}

    /// @param free how many numbers are left to the action, which must have run before, so that no class is
    /// missing
    public static <T> T leaving(int free, Callable<T> action) throws Exception {
        try (var arena = Arena.ofConfined()) {
            MemorySegment before = arena.allocate(16, 8);
            limit(0, before.address());
            MemorySegment low = arena.allocate(16, 8);
            low.set(ValueLayout.JAVA_LONG, 0, limitFor(free));
            low.set(ValueLayout.JAVA_LONG, 8, before.get(ValueLayout.JAVA_LONG, 8));
            limit(low.address(), 0);
            try {
                return action.call();
            } finally {
                limit(before.address(), 0);
            }
        }
    }

    private static int limitFor(int free) {
        int limit = 0;
        for (int found = 0; found < free; limit++) {
            found += ThisProcess.hasDescriptor(limit) ? 0 : 1;
        }
        return limit;
    }

    private static void limit(long changed, long current) {
        Kernel.check(
                Kernel.SYSTEM.call(SystemCall.PRLIMIT64, 0, RLIMIT_NOFILE, changed, current),
                SystemCall.PRLIMIT64,
                "RLIMIT_NOFILE");
    }
}
