package org.fdbox.daemon.handlers;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FileIdentity;
import org.fdbox.sys.IpAddress;
import org.fdbox.sys.IpSocket;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.SocketOption;
import org.fdbox.sys.SystemCallException;

/// What sockets of TCP and UDP have in common: an address to bind again, in the same network namespace, with options, and with no
/// more rights than the putter had.
record IpBinding(IpAddress address, SocketSettings settings) {

    /// @param fd stays the caller's
    static IpBinding of(OwnedFd fd, SocketFacts facts) {
        IpAddress address = facts.ipAddress().orElseThrow();
        try (OwnedFd fresh = IpSocket.create(address.isV6(), facts.type())) {
            return new IpBinding(address, SocketSettings.of(fd, fresh));
        }
    }

    /// Whether it could be bound again after a restart. A confined daemon may not make such sockets at all.
    static Prospect examine(OwnedFd fd, SocketFacts facts, PeerCredentials putter) {
        try {
            return of(fd, facts).obstacle(fd, putter)
                    .map(Prospect::live)
                    .orElse(Prospect.of(Survival.REOPEN));
        } catch (SystemCallException forbidden) {
            return Prospect.live("the daemon cannot make such a socket: " + forbidden.getMessage());
        }
    }

    private Optional<String> obstacle(OwnedFd fd, PeerCredentials putter) {
        if (!Namespace.ownsNetworkOf(fd)) {
            return Optional.of("it belongs to another network namespace than the daemon's");
        }
        if (IpSocket.hasFilter(fd)) {
            return Optional.of("a program of BPF filters what it receives, and cannot be read back");
        }
        return wantOfRights(putter);
    }

    /// Binding needs no file, so it is not the kernel that checks the putter here.
    private Optional<String> wantOfRights(PeerCredentials putter) {
        if (settings.options().containsKey(SocketOption.SO_REUSEPORT)
                && !FileIdentity.canAssume(putter.uid())) {
            return Optional
                    .of("a port can be shared among sockets of one user only, and the daemon runs without the"
                            + " rights of uid " + putter.uid());
        }
        return address.port() < IpSocket.firstFreePort()
                ? SocketSettings.wantOfRoot("port " + address.port(), putter)
                : settings.wantOfRights(putter);
    }

    /// What to say of it in a list.
    static Map<String, Object> describe(SocketFacts facts, int flags) {
        IpAddress address = facts.ipAddress().orElseThrow();
        var properties = new LinkedHashMap<String, Object>();
        properties.put("address", address.host());
        properties.put("port", (long) address.port());
        properties.put("flags", OpenFlags.names(flags));
        return properties;
    }

    /// What [#restore] needs, besides what [#describe] says.
    Map<String, Object> preserve() throws HandlerRefusal {
        Map<String, Object> properties = settings.preserve();
        if (address.scope() != 0) {
            properties.put("interface", interfaceName(address.scope()));
        }
        properties.put("network", Namespace.network());
        properties.put("bootId", Namespace.bootId());
        return properties;
    }

    private static String interfaceName(int index) throws HandlerRefusal {
        try {
            NetworkInterface found = NetworkInterface.getByIndex(index);
            if (found != null) {
                return found.getName();
            }
            throw new HandlerRefusal("the interface of its address is gone");
        } catch (SocketException failed) {
            throw new HandlerRefusal("interfaces cannot be listed: " + failed.getMessage(), failed);
        }
    }

    /// Binds a new socket like the one that was saved.
    ///
    /// @param type [SocketFacts#STREAM] or [SocketFacts#DATAGRAM]
    /// @return owned by the caller; blocking
    /// @throws HandlerRefusal if that cannot be, now or here
    static OwnedFd restore(Properties properties, int type, PeerCredentials putter) throws HandlerRefusal {
        try {
            IpBinding binding = read(properties);
            requireSameNetwork(properties);
            Optional<String> want = binding.wantOfRights(putter);
            if (want.isPresent()) {
                throw new HandlerRefusal(want.get());
            }
            // Sockets that share a port must have one owner, which is whoever made them.
            return FileIdentity.canAssume(putter.uid())
                    ? FileIdentity.as(putter.uid(), putter.gid(), putter.groups(), () -> binding.bind(type))
                    : binding.bind(type);
        } catch (HandlerRefusal refused) {
            throw refused;
        } catch (Exception failed) {
            throw new HandlerRefusal("it cannot be bound again: " + failed.getMessage(), failed);
        }
    }

    private OwnedFd bind(int type) {
        try (OwnedFd socket = IpSocket.create(address.isV6(), type)) {
            settings.apply(socket);
            IpSocket.bind(socket, address);
            return socket.take();
        }
    }

    private static void requireSameNetwork(Properties properties) throws HandlerRefusal {
        boolean sameBoot = properties.string("bootId").equals(Namespace.bootId());
        if (sameBoot && !properties.string("network").equals(Namespace.network())) {
            throw new HandlerRefusal("it belongs to another network namespace than the daemon's");
        }
    }

    private static IpBinding read(Properties properties) throws HandlerRefusal, SocketException {
        int scope = scope(properties.optionalString("interface"));
        return new IpBinding(
                new IpAddress(properties.string("address"), properties.integer("port"), scope),
                SocketSettings.read(properties));
    }

    private static int scope(Optional<String> interfaceName) throws HandlerRefusal, SocketException {
        if (interfaceName.isEmpty()) {
            return 0;
        }
        NetworkInterface found = NetworkInterface.getByName(interfaceName.get());
        if (found == null) {
            throw new HandlerRefusal("there is no interface " + interfaceName.get() + " here");
        }
        return found.getIndex();
    }
}
