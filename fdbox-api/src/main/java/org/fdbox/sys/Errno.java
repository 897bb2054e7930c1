package org.fdbox.sys;

import java.util.Map;

/// Numbers of errors (errno(3)); the same on x86_64 and aarch64.
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int ESPIPE = 29;
    public static final int EROFS = 30;
    public static final int EPIPE = 32;
    public static final int ERANGE = 34;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ELOOP = 40;
    public static final int EMSGSIZE = 90;
    public static final int EOPNOTSUPP = 95;
    public static final int EADDRINUSE = 98;
    public static final int ECONNABORTED = 103;
    public static final int ECONNRESET = 104;
    public static final int ENOTCONN = 107;
    public static final int ETOOMANYREFS = 109;
    public static final int ECONNREFUSED = 111;
    public static final int EDQUOT = 122;

    private static final Map<Integer, String> MEANINGS = Map.ofEntries(
            Map.entry(EPERM, "EPERM, operation not permitted"),
            Map.entry(ENOENT, "ENOENT, no such file or directory"),
            Map.entry(ESRCH, "ESRCH, no such process"),
            Map.entry(EINTR, "EINTR, interrupted"),
            Map.entry(EIO, "EIO, input/output error"),
            Map.entry(ENXIO, "ENXIO, no such device or address"),
            Map.entry(EBADF, "EBADF, bad file descriptor"),
            Map.entry(EAGAIN, "EAGAIN, try again"),
            Map.entry(ENOMEM, "ENOMEM, out of memory"),
            Map.entry(EACCES, "EACCES, permission denied"),
            Map.entry(EBUSY, "EBUSY, busy"),
            Map.entry(EEXIST, "EEXIST, exists already"),
            Map.entry(EXDEV, "EXDEV, across file systems"),
            Map.entry(ENODEV, "ENODEV, no such device"),
            Map.entry(ENOTDIR, "ENOTDIR, not a directory"),
            Map.entry(EISDIR, "EISDIR, is a directory"),
            Map.entry(EINVAL, "EINVAL, invalid argument"),
            Map.entry(ENFILE, "ENFILE, too many open files on this machine"),
            Map.entry(EMFILE, "EMFILE, too many open files in this process"),
            Map.entry(EFBIG, "EFBIG, file too large"),
            Map.entry(ENOSPC, "ENOSPC, no space left on the device"),
            Map.entry(ESPIPE, "ESPIPE, cannot seek"),
            Map.entry(EROFS, "EROFS, read-only file system"),
            Map.entry(EPIPE, "EPIPE, broken pipe"),
            Map.entry(ERANGE, "ERANGE, result too large"),
            Map.entry(ENAMETOOLONG, "ENAMETOOLONG, name too long"),
            Map.entry(ENOSYS, "ENOSYS, not in this kernel"),
            Map.entry(ELOOP, "ELOOP, too many symbolic links"),
            Map.entry(EMSGSIZE, "EMSGSIZE, message too long"),
            Map.entry(EOPNOTSUPP, "EOPNOTSUPP, not supported"),
            Map.entry(EADDRINUSE, "EADDRINUSE, address in use"),
            Map.entry(ECONNABORTED, "ECONNABORTED, connection aborted"),
            Map.entry(ECONNRESET, "ECONNRESET, connection reset"),
            Map.entry(ENOTCONN, "ENOTCONN, not connected"),
            Map.entry(ETOOMANYREFS, "ETOOMANYREFS, too many descriptors in flight"),
            Map.entry(ECONNREFUSED, "ECONNREFUSED, connection refused"),
            Map.entry(EDQUOT, "EDQUOT, quota exceeded"));

    private Errno() {}

    /// What a number means, for people: "ENOENT, no such file or directory".
    public static String describe(int errno) {
        return MEANINGS.getOrDefault(errno, "errno " + errno);
    }
}
