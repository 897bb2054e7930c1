package org.fdbox.sys;

/// The one seam to the operating system: a system call by number, answered as the kernel answers it, with a result or
/// with minus errno. Pointers are passed as addresses; the caller keeps the memory alive until the call returns.
@FunctionalInterface
interface Kernel {

    /// The real one.
    Kernel SYSTEM = new NativeKernel();

    long call(SystemCall call, long a, long b, long c, long d, long e, long f);

    default long call(SystemCall call) {
        return call(call, 0, 0, 0, 0, 0, 0);
    }

    default long call(SystemCall call, long a) {
        return call(call, a, 0, 0, 0, 0, 0);
    }

    default long call(SystemCall call, long a, long b) {
        return call(call, a, b, 0, 0, 0, 0);
    }

    default long call(SystemCall call, long a, long b, long c) {
        return call(call, a, b, c, 0, 0, 0);
    }

    default long call(SystemCall call, long a, long b, long c, long d) {
        return call(call, a, b, c, d, 0, 0);
    }

    default long call(SystemCall call, long a, long b, long c, long d, long e) {
        return call(call, a, b, c, d, e, 0);
    }

    /// Unwraps an answer: the result, or a [SystemCallException] that says what was tried on what.
    ///
    /// @param subject asked for its text only then
    static long check(long answer, SystemCall call, Object subject) {
        if (answer < 0) {
            throw new SystemCallException(call.lowerName(), subject.toString(), (int) -answer);
        }
        return answer;
    }

    /// Calls again for as long as a signal interrupts the call.
    static long retry(Attempt attempt) {
        long answer;
        do {
            answer = attempt.once();
        } while (answer == -Errno.EINTR);
        return answer;
    }

    /// One try of a call that may be interrupted.
    @FunctionalInterface
    interface Attempt {
        long once();
    }
}
