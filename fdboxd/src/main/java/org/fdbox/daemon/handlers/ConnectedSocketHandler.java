package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketFacts;

/// Connected sockets of every family.
///
/// Preserved while somebody holds them: data and descriptors in flight, options, everything.
///
/// Not preserved without a holder: anything. The peer sees the connection end.
public final class ConnectedSocketHandler implements FdHandler {

    @Override
    public String compatible() {
        return "fdbox,connected-socket-v1";
    }

    @Override
    public String kind() {
        return "connected-socket";
    }

    @Override
    public Survival survival() {
        return Survival.LIVE;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.SOCKET
                && (facts.flags() & OpenFlags.PATH) == 0 && facts.socket().connected();
    }

    /// SO_LINGER makes close(2) wait.
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        return Prospect.live("a connection ends when nobody holds it open");
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("domain",
                facts.socket().domain() == SocketFacts.UNIX ? "unix" : facts.socket().domain() + "");
        properties.put("type", switch (facts.socket().type()) {
            case SocketFacts.STREAM -> "stream";
            case SocketFacts.DATAGRAM -> "datagram";
            case SocketFacts.SEQPACKET -> "seqpacket";
            default -> Integer.toString(facts.socket().type());
        });
        properties.put("flags", OpenFlags.names(facts.flags()));
        return properties;
    }
}
