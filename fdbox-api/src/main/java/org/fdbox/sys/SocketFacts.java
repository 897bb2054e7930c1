package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// What a socket is (socket(7)).
///
/// @param domain AF_UNIX is [#UNIX]
/// @param type [#STREAM], [#DATAGRAM] or [#SEQPACKET]
/// @param protocol its number, for example [IpSocket#TCP]; 0 where a family has only one
/// @param accepting whether listen(2) was called on it
/// @param connected whether it has a peer
/// @param address where a Unix socket is bound, if it is and text can say it
/// @param ipAddress where a socket of IPv4 or IPv6 is bound; port 0 if it is not
/// @param peerAddress where its peer is bound, likewise
public record SocketFacts(
        int domain,
        int type,
        int protocol,
        boolean accepting,
        boolean connected,
        Optional<UnixAddress> address,
        Optional<UnixAddress> peerAddress,
        Optional<IpAddress> ipAddress) {
    public static final int UNIX = 1;
    public static final int NETLINK = 16;
    public static final int STREAM = 1;
    public static final int DATAGRAM = 2;
    public static final int SEQPACKET = 5;

    private static final int SO_TYPE = 3;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_PROTOCOL = 38;
    private static final int SO_DOMAIN = 39;
    private static final int ROOM = 128;
    private static final int LENGTH_AT = 256;

    /// @param socket stays the caller's
    /// @throws SystemCallException ENOTSOCK if it is none
    public static SocketFacts of(OwnedFd socket) {
        int domain = UnixSocket.option(socket, SO_DOMAIN);
        int type = UnixSocket.option(socket, SO_TYPE);
        int protocol = UnixSocket.option(socket, SO_PROTOCOL);
        boolean accepting = UnixSocket.option(socket, SO_ACCEPTCONN) != 0;
        MemorySegment peer = Scratch.arguments();
        // Each socket of netlink has the kernel for a peer, and connects to nobody.
        boolean connected = name(SystemCall.GETPEERNAME, socket, peer) == 0 && domain != NETLINK;
        Optional<UnixAddress> peerAddress = connected ? address(domain, peer) : Optional.empty();
        MemorySegment own = Scratch.arguments();
        long answer = name(SystemCall.GETSOCKNAME, socket, own);
        // Families without addresses answer so (AF_XDP, AF_ALG).
        if (answer == -Errno.EOPNOTSUPP) {
            own.set(ValueLayout.JAVA_INT, LENGTH_AT, 0);
        } else {
            Kernel.check(answer, SystemCall.GETSOCKNAME, socket);
        }
        return new SocketFacts(
                domain, type, protocol, accepting, connected, address(domain, own), peerAddress,
                ipAddress(domain, own));
    }

    private static long name(SystemCall call, OwnedFd socket, MemorySegment memory) {
        MemorySegment length = memory.asSlice(LENGTH_AT, 4);
        length.set(ValueLayout.JAVA_INT, 0, ROOM);
        return socket.call(call, memory.address(), length.address(), 0);
    }

    private static Optional<IpAddress> ipAddress(int domain, MemorySegment memory) {
        boolean ip = domain == IpAddress.AF_INET || domain == IpAddress.AF_INET6;
        return ip ? Optional.of(IpAddress.decode(memory)) : Optional.empty();
    }

    private static Optional<UnixAddress> address(int domain, MemorySegment memory) {
        int length = memory.get(ValueLayout.JAVA_INT, LENGTH_AT);
        return domain == UNIX ? Optional.ofNullable(UnixAddress.decode(memory, length)) : Optional.empty();
    }
}
