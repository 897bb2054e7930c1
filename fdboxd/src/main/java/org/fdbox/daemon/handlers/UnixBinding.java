package org.fdbox.daemon.handlers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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
        if (!FileIdentity.canAssume(putter.uid())) {
            return Optional.of("the daemon runs without the rights to bind paths as uid " + putter.uid());
        }
        try (OwnedFd found = OpenFile.open(address.text(), OpenFlags.PATH | OpenFlags.NOFOLLOW)) {
            return SocketPath.leadsTo(fd, found)
                    ? Optional.empty()
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

    /// Binds a new socket where the one was that was saved.
    ///
    /// @param bound what else makes it like that one, before its status flags are set
    /// @return owned by the caller
    /// @throws HandlerRefusal if that cannot be, now or here
    static OwnedFd restore(
            Properties properties, int type, PeerCredentials putter, Consumer<OwnedFd> bound)
            throws HandlerRefusal {
        try {
            var address = new UnixAddress(properties.string("address"));
            try (OwnedFd socket = address.isAbstract()
                    ? bindAbstract(address, type, properties, bound)
                    : FileIdentity.as(putter.uid(), putter.gid(), putter.groups(),
                            () -> bindPath(address, type, properties, bound))) {
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
            UnixAddress address, int type, Properties properties, Consumer<OwnedFd> bound)
            throws HandlerRefusal {
        boolean sameBoot = properties.string("bootId").equals(Namespace.bootId());
        if (sameBoot && !properties.string("network").equals(Namespace.network())) {
            throw new HandlerRefusal("it belongs to another network namespace than the daemon's");
        }
        try (OwnedFd socket = UnixSocket.bind(address, type)) {
            bound.accept(socket);
            return socket.take();
        }
    }

    /// Runs with the putter's rights. The old socket file is still there after a crash; it is removed only if nobody listens.
    private static OwnedFd bindPath(
            UnixAddress address, int type, Properties properties, Consumer<OwnedFd> bound)
            throws HandlerRefusal, IOException {
        Path path = Path.of(address.text());
        requireSameFolder(path, properties);
        if (permissions(path) != null) {
            requireDead(address, type);
            Files.delete(path);
        }
        try (OwnedFd socket = UnixSocket.bind(address, type)) {
            Files.setPosixFilePermissions(path, permissions(properties.mode("mode")));
            bound.accept(socket);
            return socket.take();
        }
    }

    @SuppressWarnings("unchecked")
    private static void requireSameFolder(Path path, Properties properties) throws HandlerRefusal {
        if (!(properties.values().get("folder") instanceof Map<?, ?> folder)) {
            throw new HandlerRefusal("the saved property \"folder\" is missing");
        }
        try (OwnedFd found = OpenFile.open(path.getParent().toString(), OpenFlags.PATH)) {
            NamedInode.requireSame((Map<String, Object>) folder, found);
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
