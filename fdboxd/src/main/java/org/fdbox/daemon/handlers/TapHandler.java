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
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.Tun;

/// Network interfaces of user space: descriptors of /dev/net/tun that are attached to a tun or tap interface (TUNSETIFF).
///
/// Preserved, of a persistent interface in the daemon's own network namespace: which interface it is, its type and features, status
/// flags. The putter must be root or the interface's owner, since the kernel, which would ask for that, asks the daemon.
///
/// Not preserved: frames that wait to be read, filters, which of several queues it was; an interface that is not persistent ends
/// with its last descriptor. Those of macvtap and ipvtap are devices of their own (/dev/tapN), which live only while held.
public final class TapHandler implements PreservingHandler {

    /// Documentation/admin-guide/devices.txt of Linux.
    static final Stat.Device DEVICE = new Stat.Device(10, 200);

    @Override
    public String compatible() {
        return "fdbox,tap-v1";
    }

    @Override
    public String kind() {
        return "tap";
    }

    @Override
    public Survival survival() {
        return Survival.REOPEN;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.CHARACTER_DEVICE
                && facts.stat().represents().equals(DEVICE)
                && (facts.flags() & OpenFlags.PATH) == 0;
    }

    /// Closing it can take an interface down.
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        Tun.Interface attached = Tun.of(fd).orElse(null);
        if (attached == null) {
            return Prospect
                    .live("it is attached to no interface, and a descriptor opened anew is another one");
        }
        int flags = OpenFlags.bits(OpenFlags.names(facts.flags()));
        return foreign(fd, attached)
                .or(() -> forbidden(attached.name(), putter))
                .or(() -> NamedInode.obstacle(fd, facts, putter,
                        () -> NamedInode.openDevice(facts.link(), DEVICE, flags, putter)))
                .map(Prospect::live)
                .orElse(Prospect.of(Survival.REOPEN));
    }

    /// Why the interface itself does not stay where the daemon can reach it.
    private static Optional<String> foreign(OwnedFd fd, Tun.Interface attached) {
        if (!attached.isPersistent()) {
            return Optional.of("interface " + attached.name()
                    + " is not persistent (TUNSETPERSIST): it ends with its last descriptor");
        }
        try {
            return Tun.network(fd).equals(Namespace.network())
                    ? Optional.empty()
                    : Optional.of("it belongs to another network namespace than the daemon's");
        } catch (SystemCallException unknown) {
            return Optional.of("the daemon cannot tell its network namespace: " + unknown.getMessage());
        }
    }

    /// Why this user could not attach to the interface.
    private static Optional<String> forbidden(String name, PeerCredentials putter) {
        Tun.Owner owner = Tun.owner(name).orElse(null);
        if (owner == null) {
            return Optional.of("there is no tun or tap interface " + name);
        }
        return putter.uid() == 0 || owner.admits(putter)
                ? Optional.empty()
                : Optional.of("interface " + name + " does not belong to uid " + putter.uid());
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("path", facts.link());
        properties.put("flags", OpenFlags.names(facts.flags()));
        Tun.of(fd).ifPresent(attached -> {
            properties.put("interface", attached.name());
            properties.put("features", attached.flags());
        });
        return properties;
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        Map<String, Object> properties = describe(fd);
        if (!properties.containsKey("interface")) {
            throw new HandlerRefusal("its interface is gone");
        }
        properties.put("network", Namespace.network());
        properties.put("bootId", Namespace.bootId());
        return properties;
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        boolean sameBoot = properties.string("bootId").equals(Namespace.bootId());
        if (sameBoot && !properties.string("network").equals(Namespace.network())) {
            throw new HandlerRefusal("it belongs to another network namespace than the daemon's");
        }
        try {
            var wanted = new Tun.Interface(properties.string("interface"), properties.strings("features"));
            Optional<String> forbidden = forbidden(wanted.name(), restoration.putter());
            if (forbidden.isPresent()) {
                throw new HandlerRefusal(forbidden.get());
            }
            int flags = OpenFlags.bits(properties.strings("flags"));
            try (OwnedFd tun = NamedInode.openDevice(
                    properties.string("path"), DEVICE, flags, restoration.putter())) {
                Tun.attach(tun, wanted);
                if (Tun.of(tun).filter(Tun.Interface::isPersistent).isEmpty()) {
                    throw new HandlerRefusal("interface " + wanted.name() + " is not persistent any more");
                }
                return tun.take();
            }
        } catch (SystemCallException | IllegalArgumentException failed) {
            throw new HandlerRefusal("it cannot be attached again: " + failed.getMessage(), failed);
        }
    }
}
