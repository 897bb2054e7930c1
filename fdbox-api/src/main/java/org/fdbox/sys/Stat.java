package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.LockSupport;

/// What statx(2) tells of an open file without asking a server for it (AT_STATX_DONT_SYNC), so that it does not wait.
///
/// @param type what kind of inode
/// @param permissions the low 12 bits of the mode
/// @param size in bytes
/// @param allocated how much room it takes, in bytes: less than the size where it has holes
/// @param device of the file system that holds the inode
/// @param represents the device that a device node stands for
/// @param modifiedNanos mtime, nanoseconds since 1970; compared, never shown
/// @param changedNanos ctime, likewise
public record Stat(
        FileType type,
        int permissions,
        int uid,
        int gid,
        int links,
        long inode,
        long size,
        long allocated,
        Device device,
        Device represents,
        long modifiedNanos,
        long changedNanos) {

    private static final int AT_FDCWD = -100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int S_IFMT = 0170000;
    private static final long SECOND = 1_000_000_000L;
    private static final long WAIT_NANOS = 500_000;
    /// The unit of stx_blocks, whatever the file system's own.
    private static final int BLOCK = 512;

    /// A device number.
    public record Device(int major, int minor) {
        /// Both in one, for sets of them.
        public long number() {
            return (long) major << Integer.SIZE | Integer.toUnsignedLong(minor);
        }

        @Override
        public String toString() {
            return major + ":" + minor;
        }
    }

    /// @throws SystemCallException if the kernel refuses
    public static Stat of(OwnedFd fd) {
        return read(statx(fd, STATX_BASIC_STATS));
    }

    /// @param mask what to ask for, of STATX_
    /// @return struct statx, until the next use of [Scratch#arguments]
    static MemorySegment statx(OwnedFd fd, int mask) {
        MemorySegment path = Scratch.path("");
        MemorySegment result = Scratch.arguments().asSlice(16, 256);
        long answer = fd.kernel().call(
                SystemCall.STATX,
                fd.number(),
                path.address(),
                AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
                mask,
                result.address());
        Kernel.check(answer, SystemCall.STATX, fd);
        return result;
    }

    /// The same, once every change from now on gives the file another ctime. Until Linux 6.13 (multigrain timestamps) all changes within
    /// one tick, of up to 10 ms, are stamped alike, and file systems that keep whole seconds stamp those within one alike; so this
    /// waits for the end of a tick, or second, in which the file was changed.
    ///
    /// @throws SystemCallException if the kernel refuses
    public static Stat settled(OwnedFd fd) {
        Stat stat = of(fd);
        while (Clock.tick(fd.kernel()) / stat.grain() == stat.changedNanos / stat.grain()) {
            LockSupport.parkNanos(WAIT_NANOS);
        }
        return stat;
    }

    /// How far two changes are apart that can be told by their times: at least a tick.
    private long grain() {
        return changedNanos % SECOND == 0 ? SECOND : 1;
    }

    /// The same of what a path leads to, the last link followed.
    ///
    /// @throws SystemCallException if the kernel refuses
    static Stat at(Kernel kernel, String path) {
        return at(kernel, AT_FDCWD, path);
    }

    /// @param folder that the path starts from
    static Stat at(OwnedFd folder, String path) {
        return at(folder.kernel(), folder.number(), path);
    }

    private static Stat at(Kernel kernel, int folder, String path) {
        MemorySegment memory = Scratch.path(path);
        MemorySegment result = memory.asSlice(4096, 256);
        long answer = kernel.call(
                SystemCall.STATX,
                folder,
                memory.address(),
                AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC,
                STATX_BASIC_STATS,
                result.address());
        Kernel.check(answer, SystemCall.STATX, path);
        return read(result);
    }

    /// The offsets are those of struct statx in include/uapi/linux/stat.h.
    private static Stat read(MemorySegment statx) {
        int mode = Short.toUnsignedInt(statx.get(ValueLayout.JAVA_SHORT, 28));
        return new Stat(
                FileType.of(mode & S_IFMT),
                mode & 07777,
                integer(statx, 20),
                integer(statx, 24),
                integer(statx, 16),
                statx.get(ValueLayout.JAVA_LONG, 32),
                statx.get(ValueLayout.JAVA_LONG, 40),
                statx.get(ValueLayout.JAVA_LONG, 48) * BLOCK,
                new Device(integer(statx, 136), integer(statx, 140)),
                new Device(integer(statx, 128), integer(statx, 132)),
                nanos(statx, 112),
                nanos(statx, 96));
    }

    private static int integer(MemorySegment statx, long offset) {
        return statx.get(ValueLayout.JAVA_INT, offset);
    }

    private static long nanos(MemorySegment statx, long offset) {
        return statx.get(ValueLayout.JAVA_LONG, offset) * SECOND + integer(statx, offset + 8);
    }

    /// Whether both are the same inode of the same file system.
    public boolean sameInode(Stat other) {
        return inode == other.inode && device.equals(other.device);
    }
}
