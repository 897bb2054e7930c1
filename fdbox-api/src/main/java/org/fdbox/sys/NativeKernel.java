package org.fdbox.sys;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/// `syscall(2)` of the C library through the foreign-function API. One linked function serves every system call, which
/// keeps the start-up short; errno is captured by the linker, because the JVM may overwrite it between two calls.
final class NativeKernel implements Kernel {

    private static final MethodHandle SYSCALL = link();

    /// Linking native code is this package's whole business.
    @SuppressWarnings("restricted")
    private static MethodHandle link() {
        var longs = new ValueLayout.OfLong[7];
        Arrays.fill(longs, ValueLayout.JAVA_LONG);
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, longs),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(1));
    }

    @Override
    public long call(SystemCall call, long a, long b, long c, long d, long e, long f) {
        MemorySegment errno = Scratch.errno();
        try {
            long result = (long) SYSCALL.invokeExact(errno, (long) call.number(), a, b, c, d, e, f);
            return result == -1 ? -errno.get(ValueLayout.JAVA_INT, 0) : result;
        } catch (RuntimeException | Error unexpected) {
            throw unexpected;
        } catch (Throwable impossible) {
            throw new AssertionError("a native call cannot throw a checked exception", impossible);
        }
    }
}
