package org.fdbox.daemon.handlers;

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
import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;

/// Character devices.
///
/// Preserved, for devices without a state of their own (null, zero, full, random, urandom, tty): which device it is, access
/// mode and status flags.
///
/// Not preserved: every other device. /dev/kvm or /dev/vhost-net opened anew is not the old one, so those live
/// only while somebody holds them.
public final class CharacterDeviceHandler implements PreservingHandler {

    /// Documentation/admin-guide/devices.txt of Linux.
    private static final Set<Stat.Device> STATELESS = Set.of(
            new Stat.Device(1, 3),
            new Stat.Device(1, 5),
            new Stat.Device(1, 7),
            new Stat.Device(1, 8),
            new Stat.Device(1, 9),
            new Stat.Device(5, 0));

    @Override
    public String compatible() {
        return "fdbox,char-device-v1";
    }

    @Override
    public String kind() {
        return "char-device";
    }

    @Override
    public Survival survival() {
        return Survival.REOPEN;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.CHARACTER_DEVICE
                && !facts.stat().represents().equals(TapHandler.DEVICE)
                && (facts.flags() & OpenFlags.PATH) == 0;
    }

    /// Closing one runs its driver.
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        if (!STATELESS.contains(facts.stat().represents())) {
            return Prospect.live("a device has a state that ends when nobody holds it open");
        }
        return NamedInode.obstacle(fd, facts, putter).map(Prospect::live)
                .orElse(Prospect.of(Survival.REOPEN));
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("path", facts.link());
        properties.put("represents", facts.stat().represents().toString());
        properties.put("flags", OpenFlags.names(facts.flags()));
        return properties;
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<>(describe(fd));
        properties.putAll(NamedInode.identity(fd, facts));
        // The node's inode changes at every boot; the device that it stands for is what counts.
        properties.keySet().removeAll(Set.of("inode", "device", "handle", "fileSystem"));
        return properties;
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        String[] numbers = properties.string("represents").split(":", 2);
        try {
            var device = new Stat.Device(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
            if (!STATELESS.contains(device)) {
                throw new HandlerRefusal("device " + device + " is not one that is opened again");
            }
            return NamedInode.openDevice(
                    properties.string("path"),
                    device,
                    OpenFlags.bits(properties.strings("flags")),
                    restoration.putter());
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException malformed) {
            throw new HandlerRefusal("the saved properties are malformed: " + malformed.getMessage(),
                    malformed);
        }
    }
}
