package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixSocket;

/// Datagram Unix sockets (unix(7)) that are bound to a path or to an abstract name and not connected.
///
/// Preserved: the address, the permission bits of the path, the sizes of buffers that a program set, SO_PASSCRED and the other options of
/// [org.fdbox.sys.SocketOption] that differ from a new socket's, the status flags.
///
/// Not preserved: datagrams that wait to be read, with their descriptors; the connections of its peers, who must connect again; options that
/// are no numbers; the inode number of the path.
public final class UnixDatagramHandler implements PreservingHandler {

    @Override
    public String compatible() {
        return "fdbox,unix-datagram-v1";
    }

    @Override
    public String kind() {
        return "unix-datagram";
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
        return socket.domain() == SocketFacts.UNIX
                && socket.type() == SocketFacts.DATAGRAM
                && socket.address().isPresent()
                && !socket.connected();
    }

    /// Finding its path asks a file system.
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        Optional<String> obstacle = IpSocket.hasFilter(fd)
                ? Optional.of("a program of BPF filters what it receives, and cannot be read back")
                : settings(fd).wantOfRights(putter).or(() -> UnixBinding.obstacle(fd, facts, putter));
        return obstacle.map(Prospect::live).orElse(Prospect.of(Survival.REOPEN));
    }

    private static SocketSettings settings(OwnedFd fd) {
        try (OwnedFd fresh = UnixSocket.create(SocketFacts.DATAGRAM)) {
            return SocketSettings.of(fd, fresh);
        }
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        facts.socket().address().ifPresent(address -> properties.put("address", address.text()));
        properties.put("flags", OpenFlags.names(facts.flags()));
        return properties;
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        Map<String, Object> properties = describe(fd);
        properties.putAll(UnixBinding.preserve(new Properties(properties).string("address")));
        properties.putAll(settings(fd).preserve());
        return properties;
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        SocketSettings settings = SocketSettings.read(properties);
        Optional<String> want = settings.wantOfRights(restoration.putter());
        if (want.isPresent()) {
            throw new HandlerRefusal(want.get());
        }
        return UnixBinding.restore(
                properties, SocketFacts.DATAGRAM, restoration.putter(), settings::apply);
    }
}
