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
import org.fdbox.sys.FileIdentity;
import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketFacts;

/// Listening Unix sockets (unix(7)), bound to a path or to an abstract name.
///
/// Preserved: the type (stream or seqpacket), the address, the permission bits, the owner and the group of the path, the status flags.
///
/// Not preserved: connections that wait in the backlog and the backlog's length; socket options; the credentials that peers
/// see, which become the putter's with the daemon's pid; the inode number of the path.
public final class UnixListenerHandler implements PreservingHandler {

    private static final int BACKLOG = 4096;

    @Override
    public String compatible() {
        return "fdbox,unix-listener-v1";
    }

    @Override
    public String kind() {
        return "unix-listener";
    }

    @Override
    public Survival survival() {
        return Survival.REOPEN;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.SOCKET
                && (facts.flags() & OpenFlags.PATH) == 0
                && facts.socket().domain() == SocketFacts.UNIX
                && facts.socket().accepting();
    }

    /// Finding its path asks a file system.
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        return UnixBinding.obstacle(fd, facts, putter).or(() -> wantOfName(putter)).map(Prospect::live)
                .orElse(Prospect.of(Survival.REOPEN));
    }

    /// Peers that tell by it whom they speak with must not take a user's socket for the daemon's.
    private static Optional<String> wantOfName(PeerCredentials putter) {
        return FileIdentity.canAssume(putter.uid(), putter.gid())
                ? Optional.empty()
                : Optional.of(
                        "peers would see the daemon's credentials: it runs without the rights to listen as uid "
                                + putter.uid() + " and gid " + putter.gid());
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("type", facts.socket().type() == SocketFacts.STREAM ? "stream" : "seqpacket");
        facts.socket().address().ifPresent(address -> properties.put("address", address.text()));
        properties.put("flags", OpenFlags.names(facts.flags()));
        return properties;
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        Map<String, Object> properties = describe(fd);
        properties.putAll(UnixBinding.preserve(new Properties(properties).string("address")));
        return properties;
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        boolean stream = properties.string("type").equals("stream");
        int type = stream ? SocketFacts.STREAM : SocketFacts.SEQPACKET;
        PeerCredentials putter = restoration.putter();
        Optional<String> want = wantOfName(putter);
        if (want.isPresent()) {
            throw new HandlerRefusal(want.get());
        }
        return UnixBinding.restore(properties, type, putter,
                bound -> FileIdentity.listen(putter.uid(), putter.gid(), putter.groups(), bound, BACKLOG));
    }
}
