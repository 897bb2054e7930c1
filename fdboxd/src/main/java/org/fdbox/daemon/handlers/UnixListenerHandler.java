package org.fdbox.daemon.handlers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
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
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// Listening Unix sockets (unix(7)), bound to a path or to an abstract name.
///
/// Preserved: the type (stream or seqpacket), the address, the permission bits of the path, the status flags.
///
/// Not preserved: connections that wait in the backlog and the backlog's length; socket options; the credentials that peers
/// see, which become the daemon's; the inode number of the path.
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
        UnixAddress address = facts.socket().address().orElse(null);
        if (address == null) {
            return Prospect.live("the socket has no address to bind again");
        }
        if (address.isAbstract()) {
            return Prospect.of(Survival.REOPEN);
        }
        if (!address.text().startsWith("/")) {
            return Prospect.live("the socket's path is relative to a folder that the daemon does not know");
        }
        if (!FileIdentity.canAssume(putter.uid())) {
            return Prospect.live("the daemon runs without the rights to bind paths as uid " + putter.uid());
        }
        return permissions(Path.of(address.text())) == null
                ? Prospect.live("the daemon does not see the socket's path")
                : Prospect.of(Survival.REOPEN);
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
        var address = new UnixAddress(new Properties(properties).string("address"));
        if (address.isAbstract()) {
            properties.put("network", Namespace.network());
            properties.put("bootId", Namespace.bootId());
            return properties;
        }
        Path path = Path.of(address.text());
        String mode = permissions(path);
        if (mode == null) {
            throw new HandlerRefusal(path + " is gone, so the socket could not be bound there again");
        }
        properties.put("mode", mode);
        try (OwnedFd folder = OpenFile.open(path.getParent().toString(), OpenFlags.PATH)) {
            properties.put("folder", NamedInode.identity(folder, new FdFacts(folder)));
        } catch (SystemCallException unreadable) {
            throw new HandlerRefusal("its folder cannot be looked at: " + unreadable.getMessage(),
                    unreadable);
        }
        return properties;
    }

    /// The permission bits of a socket's path, or null if no socket can be seen there.
    private static String permissions(Path path) {
        try (OwnedFd found = OpenFile.open(path.toString(), OpenFlags.PATH | OpenFlags.NOFOLLOW)) {
            Stat stat = Stat.of(found);
            return stat.type() == FileType.SOCKET ? "%04o".formatted(stat.permissions()) : null;
        } catch (SystemCallException invisible) {
            return null;
        }
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        PeerCredentials putter = restoration.putter();
        try {
            var address = new UnixAddress(properties.string("address"));
            int type =
                    properties.string("type").equals("stream") ? SocketFacts.STREAM : SocketFacts.SEQPACKET;
            try (OwnedFd socket = address.isAbstract()
                    ? bindAbstract(address, type, properties)
                    : FileIdentity.as(putter.uid(), putter.gid(), putter.groups(),
                            () -> bindPath(address, type, properties))) {
                OpenFile.setStatusFlags(socket, OpenFlags.bits(properties.strings("flags")));
                return socket.take();
            }
        } catch (HandlerRefusal refused) {
            throw refused;
        } catch (Exception failed) {
            throw new HandlerRefusal("it cannot be bound again: " + failed.getMessage(), failed);
        }
    }

    private static OwnedFd bindAbstract(UnixAddress address, int type, Properties properties)
            throws HandlerRefusal {
        boolean sameBoot = properties.string("bootId").equals(Namespace.bootId());
        if (sameBoot && !properties.string("network").equals(Namespace.network())) {
            throw new HandlerRefusal("it belongs to another network namespace than the daemon's");
        }
        return UnixSocket.listen(address, type, BACKLOG);
    }

    /// Runs with the putter's rights. The old socket file is still there after a crash; it is removed only if nobody listens.
    private static OwnedFd bindPath(UnixAddress address, int type, Properties properties)
            throws HandlerRefusal, IOException {
        Path path = Path.of(address.text());
        requireSameFolder(path, properties);
        if (permissions(path) != null) {
            requireDead(address, type);
            Files.delete(path);
        }
        try (OwnedFd socket = UnixSocket.bind(address, type)) {
            Files.setPosixFilePermissions(path, permissions(properties.mode("mode")));
            UnixSocket.listen(socket, BACKLOG);
            return socket.take();
        }
    }

    private static void requireSameFolder(Path path, Properties properties) throws HandlerRefusal {
        Map<String, Object> folder = properties.map("folder");
        try (OwnedFd found = OpenFile.open(path.getParent().toString(), OpenFlags.PATH)) {
            NamedInode.requireSame(folder, found);
        }
    }

    private static void requireDead(UnixAddress address, int type) throws HandlerRefusal {
        if (UnixSocket.isServed(address, type)) {
            throw new HandlerRefusal("somebody else listens at " + address + " now");
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        var permissions = new HashSet<PosixFilePermission>();
        PosixFilePermission[] fromHighest = PosixFilePermission.values();
        for (int i = 0; i < fromHighest.length; i++) {
            if ((mode & 0400 >> i) != 0) {
                permissions.add(fromHighest[i]);
            }
        }
        return permissions;
    }
}
