package org.fdbox.sys;

/// A system call failed where nothing in the protocol foresees it. Unchecked: it stops at the connection's boundary.
public final class SystemCallException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    /// @param call what was tried, for example "memfd_create"
    /// @param subject on what, for people
    /// @param errno why it failed, one of [Errno]
    public SystemCallException(String call, String subject, int errno) {
        super(call + " on " + subject + ": " + Errno.describe(errno));
        this.errno = errno;
    }

    /// The kernel's reason, one of [Errno].
    public int errno() {
        return errno;
    }
}
