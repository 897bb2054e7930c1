package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The file to which a Unix socket is bound, as the kernel knows it. The path that the socket tells is a path of whoever bound it: in
/// another mount namespace, or at another time, it leads to something else.
public final class SocketPath {

    private static final int SIOCUNIXFILE = 0x89e0;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int NETLINK_SOCK_DIAG = 4;
    /// Of linux/netlink.h, linux/sock_diag.h and linux/unix_diag.h.
    private static final short SOCK_DIAG_BY_FAMILY = 20;
    private static final short NLM_F_REQUEST = 1;
    private static final int UDIAG_SHOW_VFS = 2;
    private static final short UNIX_DIAG_VFS = 1;
    private static final int ANY_COOKIE = -1;
    private static final int HEADER = 16;
    private static final int REQUEST = HEADER + 24;
    private static final int ATTRIBUTES = HEADER + 16;
    private static final int VFS_END = ATTRIBUTES + 12;
    private static final int MINOR_BITS = 20;

    private SocketPath() {}

    /// Whether a file is the one to which a socket is bound. Without CAP_NET_ADMIN, a device number decides that not all file
    /// systems tell alike (btrfs, overlayfs), and nothing is known of sockets of another network namespace.
    ///
    /// @param socket stays the caller's
    /// @param found what is at the socket's path, opened by [OpenFlags#PATH]; stays the caller's
    /// @return false also where the kernel does not tell
    public static boolean leadsTo(OwnedFd socket, OwnedFd found) {
        long number = socket.call(SystemCall.IOCTL, SIOCUNIXFILE, 0, 0);
        if (number == -Errno.EPERM) {
            return isTold(socket, Stat.of(found));
        }
        if (number < 0) {
            return false;
        }
        try (OwnedFd file = new OwnedFd(socket.kernel(), number)) {
            return Stat.of(file).sameInode(Stat.of(found));
        }
    }

    /// Asks by sock_diag(7), which needs no rights.
    private static boolean isTold(OwnedFd socket, Stat found) {
        long inode = Stat.of(socket).inode();
        long number = socket.kernel().call(
                SystemCall.SOCKET, AF_NETLINK, SOCK_RAW | OpenFlags.CLOEXEC, NETLINK_SOCK_DIAG);
        if (number < 0) {
            return false;
        }
        try (OwnedFd diag = new OwnedFd(socket.kernel(), number)) {
            MemorySegment memory = Scratch.arguments();
            if (diag.call(SystemCall.WRITE, memory.address(), question(memory, inode), 0) != REQUEST) {
                return false;
            }
            long length = diag.call(SystemCall.READ, memory.address(), memory.byteSize(), 0);
            return length >= VFS_END
                    && memory.get(ValueLayout.JAVA_SHORT, 4) == SOCK_DIAG_BY_FAMILY
                    && memory.get(ValueLayout.JAVA_SHORT, ATTRIBUTES + 2) == UNIX_DIAG_VFS
                    && memory.get(ValueLayout.JAVA_INT, ATTRIBUTES + 4) == (int) found.inode()
                    && device(memory.get(ValueLayout.JAVA_INT, ATTRIBUTES + 8)).equals(found.device());
        }
    }

    /// @return its length
    private static int question(MemorySegment memory, long inode) {
        memory.asSlice(0, REQUEST).fill((byte) 0);
        memory.set(ValueLayout.JAVA_INT, 0, REQUEST);
        memory.set(ValueLayout.JAVA_SHORT, 4, SOCK_DIAG_BY_FAMILY);
        memory.set(ValueLayout.JAVA_SHORT, 6, NLM_F_REQUEST);
        memory.set(ValueLayout.JAVA_BYTE, HEADER, (byte) SocketFacts.UNIX);
        memory.set(ValueLayout.JAVA_INT, HEADER + 4, -1);
        memory.set(ValueLayout.JAVA_INT, HEADER + 8, (int) inode);
        memory.set(ValueLayout.JAVA_INT, HEADER + 12, UDIAG_SHOW_VFS);
        memory.set(ValueLayout.JAVA_INT, HEADER + 16, ANY_COOKIE);
        memory.set(ValueLayout.JAVA_INT, HEADER + 20, ANY_COOKIE);
        return REQUEST;
    }

    /// As the kernel keeps it (linux/kdev_t.h).
    private static Stat.Device device(int number) {
        return new Stat.Device(number >>> MINOR_BITS, number & (1 << MINOR_BITS) - 1);
    }
}
