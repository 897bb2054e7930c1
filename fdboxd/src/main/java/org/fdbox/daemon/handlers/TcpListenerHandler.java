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
import org.fdbox.sys.IpSocket;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixSocket;

/// Listening sockets of TCP (tcp(7)), over IPv4 and IPv6.
///
/// Preserved: the address (of a link-local one the interface, by name), the length of the backlog, SO_BINDTODEVICE, the sizes of
/// buffers that a program set, every option of [org.fdbox.sys.SocketOption] that differs from a new socket's, the status flags.
///
/// Not preserved: connections that wait in the backlog, or are being made; options that cannot be read back or are no numbers
/// (SO_LINGER, TCP_CONGESTION, TCP_MD5SIG, how SO_REUSEPORT spreads connections); its membership in an epoll. A buffer is no larger than
/// net.core allows. While connections of the old socket linger (TIME_WAIT) and it lacked SO_REUSEADDR, the port is taken.
public final class TcpListenerHandler implements PreservingHandler {

    @Override
    public String compatible() {
        return "fdbox,tcp-listener-v1";
    }

    @Override
    public String kind() {
        return "tcp-listener";
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
        return socket.ipAddress().isPresent() && socket.protocol() == IpSocket.TCP && socket.accepting();
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
        Map<String, Object> properties = IpBinding.describe(facts.socket(), facts.flags());
        properties.put("backlog", (long) IpSocket.backlog(fd));
        return properties;
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
        try (OwnedFd socket = IpBinding.restore(properties, SocketFacts.STREAM, restoration.putter())) {
            OpenFile.setStatusFlags(socket, OpenFlags.bits(properties.strings("flags")));
            UnixSocket.listen(socket, properties.integer("backlog"));
            return socket.take();
        } catch (IllegalArgumentException | SystemCallException failed) {
            throw new HandlerRefusal("it cannot listen again: " + failed.getMessage(), failed);
        }
    }
}
