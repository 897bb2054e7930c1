package org.fdbox.sys;

import java.util.concurrent.atomic.AtomicInteger;

/// An open file descriptor and the duty to close it. The only descriptor type outside this package.
///
/// Whoever holds an OwnedFd closes it. A method that takes one says whether it takes over that duty; it does so by
/// [#take()], which leaves the caller's object empty, so that the caller's `close()` is harmless afterwards.
/// Safe for use by several threads; a descriptor is closed once at most.
public final class OwnedFd implements AutoCloseable {

    private static final int EMPTY = -1;
    private static final int F_DUPFD_CLOEXEC = 1030;
    /// Leaves 0, 1 and 2 alone even where a parent closed them.
    private static final int FIRST_FREE = 3;

    private final Kernel kernel;
    private final AtomicInteger number;

    OwnedFd(Kernel kernel, long number) {
        this.kernel = kernel;
        this.number = new AtomicInteger((int) number);
    }

    /// Takes over a descriptor that this process already has, for example one that was inherited.
    ///
    /// @param number the descriptor; from now on closed by the returned object and by nobody else
    public static OwnedFd adopt(int number) {
        return new OwnedFd(Kernel.SYSTEM, number);
    }

    /// A close-on-exec duplicate of a descriptor that somebody else keeps and closes.
    ///
    /// @throws SystemCallException EBADF if there is no such descriptor, EMFILE if no number is free
    public static OwnedFd copyOf(int number) {
        return duplicate(Kernel.SYSTEM, number);
    }

    /// A second descriptor, close-on-exec, for the same open file description (fcntl(2), F_DUPFD_CLOEXEC).
    ///
    /// @return a descriptor that the caller closes, independently of this one
    /// @throws SystemCallException EMFILE if no number is free
    public OwnedFd dup() {
        return duplicate(kernel, number());
    }

    private static OwnedFd duplicate(Kernel kernel, int number) {
        long copy = kernel.call(SystemCall.FCNTL, number, F_DUPFD_CLOEXEC, FIRST_FREE);
        return new OwnedFd(kernel, Kernel.check(copy, SystemCall.FCNTL, "descriptor " + number));
    }

    /// Moves the descriptor, and the duty to close it, into a new object; this one is empty afterwards.
    ///
    /// @throws IllegalStateException if it was closed or taken before
    public OwnedFd take() {
        int taken = number.getAndSet(EMPTY);
        if (taken == EMPTY) {
            throw gone();
        }
        return new OwnedFd(kernel, taken);
    }

    /// The descriptor's number in this process, for messages and for programs started by this one.
    ///
    /// @throws IllegalStateException if it was closed or taken
    public int number() {
        int current = number.get();
        if (current == EMPTY) {
            throw gone();
        }
        return current;
    }

    /// Whether there is still something to close.
    public boolean isOpen() {
        return number.get() != EMPTY;
    }

    /// Closes the descriptor, unless it was closed or taken before. Can block for as long as the file's kind likes
    /// (network file systems, SO_LINGER, FUSE). Linux frees the number whatever close(2) answers.
    @Override
    public void close() {
        int closing = number.getAndSet(EMPTY);
        if (closing != EMPTY) {
            kernel.call(SystemCall.CLOSE, closing);
        }
    }

    Kernel kernel() {
        return kernel;
    }

    /// A call whose first argument is this descriptor; the kernel's answer as it came.
    long call(SystemCall call, long b, long c, long d) {
        return kernel.call(call, number(), b, c, d);
    }

    /// A call whose first argument is this descriptor; failure is an exception.
    long must(SystemCall call, long b, long c) {
        return Kernel.check(kernel.call(call, number(), b, c), call, this);
    }

    private static IllegalStateException gone() {
        return new IllegalStateException("this descriptor was closed or handed on");
    }

    @Override
    public String toString() {
        int current = number.get();
        return current == EMPTY ? "closed descriptor" : "descriptor " + current;
    }
}
