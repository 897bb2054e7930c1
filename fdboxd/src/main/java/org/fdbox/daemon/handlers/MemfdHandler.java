package org.fdbox.daemon.handlers;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.Errno;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Anonymous memory files (memfd_create(2)).
///
/// Preserved: contents with their holes, size, seals, the name that /proc shows, position, access mode and status flags,
/// permission bits, and the owner where the daemon may set it.
///
/// Not preserved: the inode number, timestamps, mappings and leases of other processes, memory policy, security labels.
public final class MemfdHandler implements PreservingHandler {

    private static final String LINK_START = "/memfd:";
    private static final String LINK_END = " (deleted)";
    private static final int OTHERS_READ = 04;
    private static final int LONGEST_NAME = 249;

    /// All of them live on one internal file system, which one of ours tells.
    private final Stat.Device home;

    public MemfdHandler() {
        try (OwnedFd sample = Memfd.create("fdbox-sample")) {
            home = Stat.of(sample).device();
        }
    }

    @Override
    public String compatible() {
        return "fdbox,memfd-v1";
    }

    @Override
    public String kind() {
        return "memfd";
    }

    @Override
    public Survival survival() {
        return Survival.CONTENTS;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.REGULAR
                && facts.stat().device().equals(home)
                && (facts.flags() & OpenFlags.PATH) == 0;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        if ((facts.stat().permissions() & OTHERS_READ) != 0) {
            return Prospect.of(Survival.CONTENTS);
        }
        try (OwnedFd _ = OpenFile.reopen(fd, OpenFlags.RDONLY)) {
            return Prospect.of(Survival.CONTENTS);
        } catch (SystemCallException unreadable) {
            return Prospect.live("the daemon may not read it: " + unreadable.getMessage());
        }
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        Stat stat = facts.stat();
        var properties = new LinkedHashMap<String, Object>();
        properties.put("memfdName", name(facts.link()));
        properties.put("size", stat.size());
        properties.put("seals", Memfd.seals(fd));
        properties.put("position", OpenFile.position(fd));
        properties.put("flags", OpenFlags.names(facts.flags()));
        properties.put("mode", "%04o".formatted(stat.permissions()));
        properties.put("owner", Integer.toUnsignedLong(stat.uid()));
        properties.put("group", Integer.toUnsignedLong(stat.gid()));
        return properties;
    }

    private static String name(String link) {
        String name = link.startsWith(LINK_START) ? link.substring(LINK_START.length()) : link;
        return name.endsWith(LINK_END) ? name.substring(0, name.length() - LINK_END.length()) : name;
    }

    @Override
    public void prepare(OwnedFd fd, PayloadWriter payload) throws HandlerRefusal {
        SharedInode.save(fd, payload, Stat.of(fd).size());
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        Map<String, Object> properties = describe(fd);
        SharedInode.save(fd, payload, (Long) properties.get("size"));
        return properties;
    }

    /// A name that is not UTF-8 was read with replacements, and can have become too long.
    static String possibleName(String name) {
        boolean fits = name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME;
        return fits
                ? name
                : name.substring(0, name.offsetByCodePoints(0,
                        Math.min(name.codePointCount(0, name.length()), LONGEST_NAME / 4)));
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        Optional<OwnedFd> again = SharedInode.again(properties, restoration);
        return again.isPresent() ? again.get() : made(properties, restoration);
    }

    private static OwnedFd made(Properties properties, Restoration restoration) throws HandlerRefusal {
        try (OwnedFd made = create(properties)) {
            long size = properties.count("size");
            if (size != restoration.payload().size()) {
                throw new HandlerRefusal(
                        "the saved contents have another size than the saved properties say");
            }
            OpenFile.truncate(made, size);
            restoration.payload().into(made);
            // Anew, since fcntl(2) cannot set O_SYNC; and before it gets a mode by which its owner may do less.
            try (OwnedFd restored = OpenFile.reopen(made, OpenFlags.bits(properties.strings("flags")))) {
                chown(made, properties);
                OpenFile.chmod(made, properties.mode("mode"));
                seal(made, properties.strings("seals"));
                OpenFile.seek(restored, properties.count("position"));
                restoration.madeInode(made);
                return restored.take();
            }
        } catch (SystemCallException | IllegalArgumentException failed) {
            throw new HandlerRefusal("it cannot be made again: " + failed.getMessage(), failed);
        }
    }

    private static OwnedFd create(Properties properties) throws HandlerRefusal {
        String name = possibleName(properties.string("memfdName"));
        return properties.strings("seals").contains("exec")
                ? Memfd.create(name)
                : Memfd.createExecutable(name);
    }

    /// Without CAP_CHOWN the file stays the daemon's, which docs/handover.md says.
    static void chown(OwnedFd made, Properties properties) throws HandlerRefusal {
        int owner = properties.id("owner");
        int group = properties.id("group");
        Stat stat = Stat.of(made);
        if (stat.uid() == owner && stat.gid() == group) {
            return;
        }
        try {
            OpenFile.chown(made, owner, group);
        } catch (SystemCallException refused) {
            if (refused.errno() != Errno.EPERM) {
                throw refused;
            }
        }
    }

    /// A memfd that was never to be sealed carries the one seal that says so.
    static void seal(OwnedFd made, List<String> seals) {
        if (!seals.isEmpty()) {
            Memfd.addSeals(made, seals);
        }
    }
}
