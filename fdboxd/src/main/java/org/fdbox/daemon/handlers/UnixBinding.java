package org.fdbox.daemon.handlers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Properties;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileIdentity;
import org.fdbox.sys.FileType;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketPath;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// What Unix sockets of all types have in common: a path to bind again, with the putter's rights and in the same folder, or an
/// abstract name in the same network namespace.
final class UnixBinding {

    private UnixBinding() {}

    /// Why it could not be bound again after a restart; empty if it could.
    static Optional<String> obstacle(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        UnixAddress address = facts.socket().address().orElse(null);
        if (address == null) {
            return Optional.of("the socket has no address to bind again");
        }
        if (address.isAbstract()) {
            return Namespace.ownsNetworkOf(fd)
                    ? Optional.empty()
                    : Optional.of("it belongs to another network namespace than the daemon's");
        }
        if (!address.text().startsWith("/")) {
            return Optional.of("the socket's path is relative to a folder that the daemon does not know");
        }
        if (!FileIdentity.canAssume(putter.uid(), putter.gid())) {
            return Optional.of("the daemon runs without the rights to bind paths as uid " + putter.uid()
                    + " and gid " + putter.gid());
        }
        String folderPath = Path.of(address.text()).getParent().toString();
        try (OwnedFd found = OpenFile.open(address.text(), OpenFlags.PATH | OpenFlags.NOFOLLOW);
                OwnedFd folder = OpenFile.open(folderPath, OpenFlags.PATH)) {
            return SocketPath.leadsTo(fd, found)
                    ? PathAccess.of(Stat.of(found)).obstacle(putter, Stat.of(folder))
                    : Optional.of("its path leads the daemon to another file, as in another mount namespace");
        } catch (SystemCallException invisible) {
            return Optional.of("the daemon does not see the socket's path");
        }
    }

    /// What [#restore] needs, besides the address.
    static Map<String, Object> preserve(String text) throws HandlerRefusal {
        var address = new UnixAddress(text);
        var properties = new LinkedHashMap<String, Object>();
        if (address.isAbstract()) {
            properties.put("network", Namespace.network());
            properties.put("bootId", Namespace.bootId());
            return properties;
        }
        Path path = Path.of(address.text());
        try (OwnedFd folder = OpenFile.open(path.getParent().toString(), OpenFlags.PATH);
                OwnedFd found = socketAt(path).orElseThrow(() -> new HandlerRefusal(
                        path + " is gone, so the socket could not be bound there again"))) {
            properties.putAll(PathAccess.of(Stat.of(found)).preserve());
            properties.put("folder", NamedInode.identity(folder, new FdFacts(folder)));
        } catch (SystemCallException unreadable) {
            throw new HandlerRefusal("its folder cannot be looked at: " + unreadable.getMessage(),
                    unreadable);
        }
        return properties;
    }

    /// The socket at a path, opened by [OpenFlags#PATH]; empty if none can be seen there.
    private static Optional<OwnedFd> socketAt(Path path) {
        try (OwnedFd found = OpenFile.open(path.toString(), OpenFlags.PATH | OpenFlags.NOFOLLOW)) {
            return Stat.of(found).type() == FileType.SOCKET ? Optional.of(found.take()) : Optional.empty();
        } catch (SystemCallException invisible) {
            return Optional.empty();
        }
    }

    /// What else makes a new socket like the one that was saved.
    interface Finish {
        /// @param bound stays the caller's
        void on(OwnedFd bound) throws Exception;
    }

    /// Binds a new socket where the one was that was saved.
    ///
    /// @param finish before its status flags are set
    /// @return owned by the caller
    /// @throws HandlerRefusal if that cannot be, now or here
    static OwnedFd restore(
            Properties properties, int type, PeerCredentials putter, Finish finish)
            throws HandlerRefusal {
        try {
            var address = new UnixAddress(properties.string("address"));
            try (OwnedFd socket = address.isAbstract()
                    ? bindAbstract(address, type, properties, finish)
                    : FileIdentity.as(putter.uid(), putter.gid(), putter.groups(),
                            () -> bindPath(address, type, properties, finish))) {
                OpenFile.setStatusFlags(socket, OpenFlags.bits(properties.strings("flags")));
                return socket.take();
            }
        } catch (HandlerRefusal refused) {
            throw refused;
        } catch (Exception failed) {
            throw new HandlerRefusal("it cannot be bound again: " + failed.getMessage(), failed);
        }
    }

    private static OwnedFd bindAbstract(
            UnixAddress address, int type, Properties properties, Finish finish)
            throws Exception {
        boolean sameBoot = properties.string("bootId").equals(Namespace.bootId());
        if (sameBoot && !properties.string("network").equals(Namespace.network())) {
            throw new HandlerRefusal("it belongs to another network namespace than the daemon's");
        }
        try (OwnedFd socket = UnixSocket.bind(address, type)) {
            finish.on(socket);
            return socket.take();
        }
    }

    /// Runs with the putter's rights. The folder is opened once, and all but the binding goes by that and by what is open: whoever may write
    /// to it can put something else into any name's place meanwhile. The old socket file is still there after a crash; it is
    /// removed only if nobody listens.
    private static OwnedFd bindPath(UnixAddress address, int type, Properties properties, Finish finish)
            throws Exception {
        Path path = Path.of(address.text());
        try (OwnedFd folder = sameFolder(path, properties)) {
            Path place = Path.of(OpenFile.place(folder)).resolve(path.getFileName());
            removeDead(place, address, type);
            try (OwnedFd socket = UnixSocket.bind(address, type)) {
                try (OwnedFd file = bound(socket, place)) {
                    PathAccess.read(properties).give(file);
                }
                finish.on(socket);
                return socket.take();
            }
        }
    }

    private static OwnedFd sameFolder(Path path, Properties properties) throws HandlerRefusal {
        Map<String, Object> folder = properties.map("folder");
        try (OwnedFd found = OpenFile.open(path.getParent().toString(), OpenFlags.PATH)) {
            NamedInode.requireSame(folder, found);
            return found.take();
        }
    }

    private static void removeDead(Path place, UnixAddress address, int type) throws Exception {
        try (OwnedFd old = socketAt(place).orElse(null)) {
            if (old == null) {
                return;
            }
            if (UnixSocket.isServed(new UnixAddress(OpenFile.place(old)), type)) {
                throw new HandlerRefusal("somebody else listens at " + address + " now");
            }
            Files.delete(place);
        }
    }

    /// The file of a socket that was just bound.
    ///
    /// @return owned by the caller
    private static OwnedFd bound(OwnedFd socket, Path place) throws HandlerRefusal {
        try (OwnedFd found = OpenFile.open(place.toString(), OpenFlags.PATH | OpenFlags.NOFOLLOW)) {
            if (!SocketPath.leadsTo(socket, found)) {
                throw new HandlerRefusal("something else was put into its place while it was bound");
            }
            return found.take();
        }
    }
}
