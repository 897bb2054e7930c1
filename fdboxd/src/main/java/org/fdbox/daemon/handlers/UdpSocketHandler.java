package org.fdbox.daemon.handlers;

import java.util.Map;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.IpAddress;
import org.fdbox.sys.IpSocket;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.SystemCallException;

/// Sockets of UDP (udp(7)) over IPv4 and IPv6 that are bound and not connected.
///
/// Preserved: the address (of a link-local one the interface, by name), SO_BINDTODEVICE, the sizes of buffers that a program set,
/// every option of [org.fdbox.sys.SocketOption] that differs from a new socket's, the status flags.
///
/// Not preserved: datagrams that wait to be read; memberships in multicast groups, which the kernel does not tell; options that cannot
/// be read back or are no numbers (UDP_ENCAP, how SO_REUSEPORT spreads datagrams); its membership in an epoll. A buffer is no larger than
/// net.core allows.
public final class UdpSocketHandler implements PreservingHandler {

    @Override
    public String compatible() {
        return "fdbox,udp-socket-v1";
    }

    @Override
    public String kind() {
        return "udp-socket";
    }

    @Override
    public Survival survival() {
        return Survival.REOPEN;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.SOCKET
                && (facts.flags() & OpenFlags.PATH) == 0
                && isOne(facts.socket());
    }

    static boolean isOne(SocketFacts socket) {
        return socket.protocol() == IpSocket.UDP
                && !socket.connected()
                && socket.ipAddress().map(IpAddress::port).orElse(0) != 0;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        return IpBinding.examine(fd, facts.socket(), putter);
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        return IpBinding.describe(facts.socket(), facts.flags());
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        Map<String, Object> properties = describe(fd);
        properties.putAll(IpBinding.of(fd, new FdFacts(fd).socket()).preserve());
        return properties;
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        try (OwnedFd socket = IpBinding.restore(properties, SocketFacts.DATAGRAM, restoration.putter())) {
            OpenFile.setStatusFlags(socket, OpenFlags.bits(properties.strings("flags")));
            return socket.take();
        } catch (IllegalArgumentException | SystemCallException failed) {
            throw new HandlerRefusal("it cannot be bound again: " + failed.getMessage(), failed);
        }
    }
}
