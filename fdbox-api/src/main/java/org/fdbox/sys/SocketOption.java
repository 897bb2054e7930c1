package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/// Options of sockets whose value is a number and that can be read back as they were set: socket(7), unix(7), ip(7), ipv6(7),
/// tcp(7), udp(7). Their numbers are the same on x86_64 and aarch64.
public enum SocketOption {
    SO_REUSEADDR(Level.SOCKET, 2),
    SO_BROADCAST(Level.SOCKET, 6),
    SO_KEEPALIVE(Level.SOCKET, 9),
    SO_OOBINLINE(Level.SOCKET, 10),
    SO_PRIORITY(Level.SOCKET, 12),
    SO_REUSEPORT(Level.SOCKET, 15),
    SO_PASSCRED(Level.SOCKET, 16),
    SO_TIMESTAMP(Level.SOCKET, 29),
    SO_PASSSEC(Level.SOCKET, 34),
    SO_TIMESTAMPNS(Level.SOCKET, 35),
    SO_MARK(Level.SOCKET, 36),
    SO_RXQ_OVFL(Level.SOCKET, 40),
    IP_TOS(Level.IP, 1),
    IP_TTL(Level.IP, 2),
    IP_PKTINFO(Level.IP, 8),
    IP_MTU_DISCOVER(Level.IP, 10),
    IP_RECVERR(Level.IP, 11),
    IP_RECVTTL(Level.IP, 12),
    IP_RECVTOS(Level.IP, 13),
    IP_FREEBIND(Level.IP, 15),
    IP_TRANSPARENT(Level.IP, 19),
    IP_MULTICAST_TTL(Level.IP, 33),
    IP_MULTICAST_LOOP(Level.IP, 34),
    IP_MULTICAST_ALL(Level.IP, 49),
    IPV6_UNICAST_HOPS(Level.IPV6, 16),
    IPV6_MULTICAST_HOPS(Level.IPV6, 18),
    IPV6_MULTICAST_LOOP(Level.IPV6, 19),
    IPV6_MTU_DISCOVER(Level.IPV6, 23),
    IPV6_RECVERR(Level.IPV6, 25),
    IPV6_V6ONLY(Level.IPV6, 26),
    IPV6_RECVPKTINFO(Level.IPV6, 49),
    IPV6_RECVHOPLIMIT(Level.IPV6, 51),
    IPV6_RECVTCLASS(Level.IPV6, 66),
    IPV6_TCLASS(Level.IPV6, 67),
    IPV6_TRANSPARENT(Level.IPV6, 75),
    IPV6_FREEBIND(Level.IPV6, 78),
    TCP_NODELAY(Level.TCP, 1),
    TCP_KEEPIDLE(Level.TCP, 4),
    TCP_KEEPINTVL(Level.TCP, 5),
    TCP_KEEPCNT(Level.TCP, 6),
    TCP_SYNCNT(Level.TCP, 7),
    TCP_LINGER2(Level.TCP, 8),
    TCP_DEFER_ACCEPT(Level.TCP, 9),
    TCP_USER_TIMEOUT(Level.TCP, 18),
    TCP_FASTOPEN(Level.TCP, 23),
    TCP_NOTSENT_LOWAT(Level.TCP, 25),
    UDP_SEGMENT(Level.UDP, 103),
    UDP_GRO(Level.UDP, 104);

    /// What getsockopt(2) calls a level.
    static final class Level {
        static final int IP = 0;
        static final int SOCKET = 1;
        static final int TCP = 6;
        static final int UDP = 17;
        static final int IPV6 = 41;

        private Level() {}
    }

    /// More than this needs CAP_NET_ADMIN (socket(7)).
    private static final int HIGHEST_FREE_PRIORITY = 6;

    private final int level;
    private final int number;

    SocketOption(int level, int number) {
        this.level = level;
        this.number = number;
    }

    /// @param socket stays the caller's
    /// @return empty if this socket, or this kernel, does not have the option
    public OptionalInt get(OwnedFd socket) {
        MemorySegment value = Scratch.arguments().asSlice(0, 4);
        // Some options write less than an int.
        value.set(ValueLayout.JAVA_INT, 0, 0);
        long answer = UnixSocket.tryOption(socket, level, number, value);
        return answer < 0 ? OptionalInt.empty() : OptionalInt.of(value.get(ValueLayout.JAVA_INT, 0));
    }

    /// @throws SystemCallException with the kernel's reason
    public void set(OwnedFd socket, int value) {
        MemorySegment memory = Scratch.arguments().asSlice(0, 4);
        memory.set(ValueLayout.JAVA_INT, 0, value);
        UnixSocket.setOption(socket, level, number, memory, name());
    }

    /// Whether only root may give it this value.
    public boolean isPrivileged(int value) {
        return switch (this) {
            case SO_MARK, IP_TRANSPARENT, IPV6_TRANSPARENT -> value != 0;
            case SO_PRIORITY -> value > HIGHEST_FREE_PRIORITY || value < 0;
            default -> false;
        };
    }
}
