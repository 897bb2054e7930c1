package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.IpSocket;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketFacts;

/// Sockets that are not connected and that no other handler can bind again: of families like netlink or packet, raw ones, and
/// those on which nobody called bind(2) or listen(2) yet.
///
/// Preserved while somebody holds them: what waits in them, filters, options, everything.
///
/// Not preserved without a holder: anything.
public final class OtherSocketHandler implements FdHandler {

    private static final int RAW = 3;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;

    @Override
    public String compatible() {
        return "fdbox,other-socket-v1";
    }

    @Override
    public String kind() {
        return "other-socket";
    }

    @Override
    public Survival survival() {
        return Survival.LIVE;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.SOCKET
                && (facts.flags() & OpenFlags.PATH) == 0
                && isOne(facts.socket());
    }

    /// What is bound again belongs to its handler also where that is switched off.
    private static boolean isOne(SocketFacts socket) {
        boolean unixListener = socket.domain() == SocketFacts.UNIX && socket.accepting();
        return !socket.connected()
                && !unixListener
                && !UnixDatagramHandler.isOne(socket)
                && !TcpListenerHandler.isOne(socket)
                && !UdpSocketHandler.isOne(socket);
    }

    /// SO_LINGER makes close(2) wait.
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        return Prospect.live(what(facts.socket()) + " has a state that cannot be read back in full");
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("what", what(facts.socket()));
        properties.put("domain", (long) facts.socket().domain());
        properties.put("socketType", (long) facts.socket().type());
        properties.put("protocol", (long) facts.socket().protocol());
        properties.put("flags", OpenFlags.names(facts.flags()));
        return properties;
    }

    /// Numbers of families are those of include/linux/socket.h.
    private static String what(SocketFacts socket) {
        return switch (socket.domain()) {
            case SocketFacts.UNIX -> socket.type() == SocketFacts.DATAGRAM
                    ? "a datagram Unix socket without an address that can be written"
                    : "a Unix socket that neither listens nor is connected";
            case AF_INET, AF_INET6 -> ip(socket);
            case 15 -> "a socket for IPsec keys";
            case SocketFacts.NETLINK -> "a netlink socket";
            case 17 -> "a packet socket";
            case 29 -> "a CAN socket";
            case 31 -> "a Bluetooth socket";
            case 38 -> "a socket for the kernel's cryptography";
            case 40 -> "a vsock socket";
            case 44 -> "an XDP socket";
            default -> "a socket of family " + socket.domain();
        };
    }

    private static String ip(SocketFacts socket) {
        if (socket.type() == RAW) {
            return "a raw IP socket";
        }
        return switch (socket.protocol()) {
            case IpSocket.TCP -> "a TCP socket that neither listens nor is connected";
            case IpSocket.UDP -> "a UDP socket that is neither bound nor connected";
            case ICMP, ICMPV6 -> "a ping socket";
            case 132 -> "an SCTP socket";
            case 262 -> "a multipath TCP socket";
            default -> "an IP socket of protocol " + socket.protocol();
        };
    }
}
