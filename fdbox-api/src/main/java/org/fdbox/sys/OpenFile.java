package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// Opening files, and the state of an open file description: position, status flags, size, mode, owner.
public final class OpenFile {

    private static final int AT_FDCWD = -100;
    private static final int O_CREAT = 0100;
    private static final int O_EXCL = 0200;
    private static final int O_TMPFILE = 020000000 | OpenFlags.DIRECTORY;
    private static final int OWNER_ONLY = 0600;
    private static final int SEEK_SET = 0;
    private static final int SEEK_CUR = 1;
    private static final int F_SETFL = 4;

    private OpenFile() {}

    /// Opens a path (open(2)); close-on-exec is added.
    ///
    /// @param flags of [OpenFlags]
    /// @return owned by the caller
    /// @throws SystemCallException with the kernel's reason
    public static OwnedFd open(String path, int flags) {
        return open(Kernel.SYSTEM, path, flags);
    }

    static OwnedFd open(Kernel kernel, String path, int flags) {
        return open(kernel, path, flags, 0);
    }

    static OwnedFd open(Kernel kernel, String path, int flags, int mode) {
        MemorySegment memory = Scratch.path(path);
        long number = Kernel.retry(() -> kernel.call(
                SystemCall.OPENAT, AT_FDCWD, memory.address(), flags | OpenFlags.CLOEXEC, mode));
        return new OwnedFd(kernel, Kernel.check(number, SystemCall.OPENAT, path));
    }

    /// Makes a file that must not be there yet, readable and writable for this user alone.
    ///
    /// @return owned by the caller
    /// @throws SystemCallException EEXIST if something is there, and the other reasons of open(2)
    public static OwnedFd create(String path) {
        return open(Kernel.SYSTEM, path, OpenFlags.RDWR | O_CREAT | O_EXCL | OpenFlags.NOFOLLOW, OWNER_ONLY);
    }

    /// Opens the same inode anew through /proc/self/fd: a new open file description at position 0, whose access the
    /// kernel checks like any other opening. Works on what [OpenFlags#PATH] opened.
    ///
    /// @param fd stays the caller's
    /// @return owned by the caller
    public static OwnedFd reopen(OwnedFd fd, int flags) {
        return open(fd.kernel(), place(fd), flags);
    }

    /// Makes a file without a name (open(2), O_TMPFILE), readable and writable for this user alone.
    ///
    /// @param folder whose file system it is to be on; also one that [OpenFlags#PATH] opened; stays the caller's
    /// @return owned by the caller
    /// @throws SystemCallException EOPNOTSUPP or EISDIR where the file system has no such files, and the other reasons of open(2)
    public static OwnedFd unnamed(OwnedFd folder) {
        return open(folder.kernel(), place(folder), OpenFlags.RDWR | O_TMPFILE, OWNER_ONLY);
    }

    /// A path that leads to what is open, wherever that is by now, for as long as it is open (proc_pid_fd(5)).
    public static String place(OwnedFd fd) {
        return "/proc/self/fd/" + fd.number();
    }

    /// What a symbolic link says (readlink(2)), also one of /proc that leads where no path does.
    ///
    /// @throws SystemCallException with the kernel's reason
    static String link(Kernel kernel, String path) {
        MemorySegment memory = Scratch.path(path);
        MemorySegment target = memory.asSlice(4096, 4096);
        long length = kernel.call(
                SystemCall.READLINKAT, AT_FDCWD, memory.address(), target.address(), target.byteSize());
        Kernel.check(length, SystemCall.READLINKAT, path);
        return new String(target.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /// The file position, or -1 where the file has none (pipe, socket).
    public static long position(OwnedFd fd) {
        long position = fd.call(SystemCall.LSEEK, 0, SEEK_CUR, 0);
        return position == -Errno.ESPIPE ? -1 : Kernel.check(position, SystemCall.LSEEK, fd);
    }

    /// Sets the file position, in bytes from the start.
    public static void seek(OwnedFd fd, long position) {
        fd.must(SystemCall.LSEEK, position, SEEK_SET);
    }

    /// Sets the status flags that fcntl(2) can change; the access mode stays.
    public static void setStatusFlags(OwnedFd fd, int flags) {
        fd.must(SystemCall.FCNTL, F_SETFL, flags);
    }

    /// Sets the size in bytes (ftruncate(2)).
    public static void truncate(OwnedFd fd, long size) {
        fd.must(SystemCall.FTRUNCATE, size, 0);
    }

    /// Sets the permission bits (fchmod(2)).
    public static void chmod(OwnedFd fd, int permissions) {
        fd.must(SystemCall.FCHMOD, permissions, 0);
    }

    /// Gives the inode away (fchown(2)); needs CAP_CHOWN for a foreign uid.
    public static void chown(OwnedFd fd, int uid, int gid) {
        fd.must(SystemCall.FCHOWN, uid, gid);
    }

    /// Makes what was written durable (fsync(2)).
    public static void sync(OwnedFd fd) {
        fd.must(SystemCall.FSYNC, 0, 0);
    }
}
