package org.fdbox.sys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The namespaces of this process (namespaces(7)), and the boot they belong to.
public final class Namespace {

    private static final int SO_NETNS_COOKIE = 71;
    private static final int NS_GET_NSTYPE = 0xb703;
    private static final int SIOCGSKNS = 0x894c;

    /// By the flags of clone(2) (include/uapi/linux/sched.h), as /proc/PID/ns calls them.
    private static final Map<Integer, String> TYPES = Map.of(
            0x00000080, "time", 0x00020000, "mnt", 0x02000000, "cgroup", 0x04000000, "uts",
            0x08000000, "ipc", 0x10000000, "user", 0x20000000, "pid", 0x40000000, "net");

    private Namespace() {}

    /// What a namespace is called until the next boot, for example "net:[4026531840]", however its file was reached (ioctl_nsfs(2),
    /// NS_GET_NSTYPE).
    ///
    /// @param namespace stays the caller's
    /// @throws SystemCallException ENOTTY if it is none
    public static String name(OwnedFd namespace) {
        int type = (int) namespace.must(SystemCall.IOCTL, NS_GET_NSTYPE, 0);
        return TYPES.getOrDefault(type, "unknown") + ":[" + Long.toUnsignedString(Stat.of(namespace).inode())
                + "]";
    }

    /// The mount namespace of this process: equal to the facts of a descriptor that stands for it.
    public static Stat ownMounts() {
        return Stat.at(Kernel.SYSTEM, "/proc/self/ns/mnt");
    }

    /// What names the network namespace until the next boot, for example "net:[4026531840]".
    public static String network() {
        return link("net");
    }

    /// What names the pid namespace until the next boot, for example "pid:[4026531836]".
    public static String pid() {
        return link("pid");
    }

    /// Whether a socket belongs to the network namespace of this process. A kernel before Linux 5.14 does not tell: then no.
    public static boolean ownsNetworkOf(OwnedFd socket) {
        long cookie = networkCookie(socket);
        // Of the one family that also a confined daemon may use.
        try (OwnedFd own = UnixSocket.create(socket.kernel(), SocketFacts.DATAGRAM)) {
            return cookie != 0 && cookie == networkCookie(own);
        }
    }

    /// What names the network namespace that a socket belongs to, as [#network] does.
    ///
    /// @param socket stays the caller's
    /// @return empty if that is another one than ours, and one over which we lack CAP_NET_ADMIN
    public static Optional<String> networkOf(OwnedFd socket) {
        if (ownsNetworkOf(socket)) {
            return Optional.of(network());
        }
        long number = socket.call(SystemCall.IOCTL, SIOCGSKNS, 0, 0);
        if (number < 0) {
            return Optional.empty();
        }
        try (OwnedFd namespace = new OwnedFd(socket.kernel(), number)) {
            return Optional.of(name(namespace));
        }
    }

    private static long networkCookie(OwnedFd socket) {
        MemorySegment cookie = Scratch.arguments().asSlice(0, 8);
        long answer = UnixSocket.tryOption(socket, SO_NETNS_COOKIE, cookie);
        return answer < 0 ? 0 : cookie.get(ValueLayout.JAVA_LONG, 0);
    }

    private static String link(String kind) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns", kind)).toString();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// A number that is another one after each boot.
    public static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
