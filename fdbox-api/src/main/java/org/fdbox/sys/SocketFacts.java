package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// What a socket is (socket(7)).
///
/// @param domain AF_UNIX is [#UNIX]
/// @param type [#STREAM], [#DATAGRAM] or [#SEQPACKET]
/// @param accepting whether listen(2) was called on it
/// @param connected whether it has a peer
/// @param address where a Unix socket is bound, if it is
public record SocketFacts(int domain, int type, boolean accepting, boolean connected,
        Optional<UnixAddress> address) {
    public static final int UNIX = 1;
    public static final int STREAM = 1;
    public static final int DATAGRAM = 2;
    public static final int SEQPACKET = 5;

    private static final int SO_TYPE = 3;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_DOMAIN = 39;

    /// @param socket stays the caller's
    /// @throws SystemCallException ENOTSOCK if it is none
    public static SocketFacts of(OwnedFd socket) {
        int domain = UnixSocket.option(socket, SO_DOMAIN);
        return new SocketFacts(
                domain,
                UnixSocket.option(socket, SO_TYPE),
                UnixSocket.option(socket, SO_ACCEPTCONN) != 0,
                isConnected(socket),
                domain == UNIX ? Optional.ofNullable(localAddress(socket)) : Optional.empty());
    }

    private static boolean isConnected(OwnedFd socket) {
        MemorySegment memory = Scratch.arguments();
        MemorySegment length = memory.asSlice(256, 4);
        length.set(ValueLayout.JAVA_INT, 0, 128);
        return socket.call(SystemCall.GETPEERNAME, memory.address(), length.address(), 0) == 0;
    }

    private static UnixAddress localAddress(OwnedFd socket) {
        MemorySegment memory = Scratch.arguments();
        MemorySegment length = memory.asSlice(256, 4);
        length.set(ValueLayout.JAVA_INT, 0, 128);
        socket.must(SystemCall.GETSOCKNAME, memory.address(), length.address());
        return UnixAddress.decode(memory, length.get(ValueLayout.JAVA_INT, 0));
    }
}
