package org.fdbox.sys;

/// Open files of a server that answers with errors, behind the seam of the system layer.
public final class BrokenFile {

    private BrokenFile() {}

    /// A descriptor of which nothing can be learned.
    ///
    /// @param fd empty afterwards
    /// @return owned by the caller
    public static OwnedFd of(OwnedFd fd) {
        Kernel broken = (call, a, b, c, d, e, f) -> call == SystemCall.STATX
                ? -Errno.EIO
                : Kernel.SYSTEM.call(call, a, b, c, d, e, f);
        return new OwnedFd(broken, fd.take().number());
    }
}
