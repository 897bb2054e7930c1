package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.HugePages;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Regular files without a name: unlinked while they were open, or never linked (open(2), O_TMPFILE). They are made again in the
/// folder where they were. A file that a network file system or FUSE hid instead of removing it (".nfs...") still has a name.
///
/// Preserved: contents with their holes, size, position, access mode and status flags, permission bits, owner and group.
///
/// Not preserved: whether linkat(2) may give it a name (O_EXCL), extended attributes, access lists and security labels, the inode
/// number, timestamps, locks, leases and mappings.
public final class UnlinkedFileHandler implements PreservingHandler {

    /// Memory files have no name either, and handlers of their own, which may be switched off.
    private final MemfdHandler memfds = new MemfdHandler();
    private final HugetlbMemfdHandler hugeMemfds = new HugetlbMemfdHandler();

    @Override
    public String compatible() {
        return "fdbox,unlinked-file-v1";
    }

    @Override
    public String kind() {
        return "unlinked-file";
    }

    @Override
    public Survival survival() {
        return Survival.CONTENTS;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.REGULAR
                && (facts.flags() & OpenFlags.PATH) == 0
                && facts.stat().links() == 0
                && facts.link().startsWith("/")
                && !memfds.recognises(facts)
                && !hugeMemfds.recognises(facts)
                && !KernelObject.showsAsFile(facts)
                && facts.messageQueue().isEmpty();
    }

    /// Its file system may be on another machine.
    @Override
    public boolean mayBlock() {
        return true;
    }

    /// Proves it by making an empty one.
    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        if (NamedInode.isOfTheKernel(fd)) {
            return Prospect.live("files of this file system are never made again on somebody's behalf");
        }
        try (OwnedFd _ = OpenFile.reopen(fd, OpenFlags.RDONLY)) {
            Stat stat = facts.stat();
            try (OwnedFd made = NamedInode.makeUnnamed(folder(facts), putter)) {
                own(made, stat.uid(), stat.gid(), stat.permissions());
                return Prospect.of(Survival.CONTENTS);
            }
        } catch (SystemCallException unreadable) {
            return Prospect.live("the daemon may not read it: " + unreadable.getMessage());
        } catch (HandlerRefusal impossible) {
            return Prospect.live("it has no name, and cannot be made again: " + impossible.getMessage());
        }
    }

    /// The identity of the folder where it was, as far as that can be known: the folder at this path now, if it is on the same
    /// file system.
    private static Map<String, Object> folder(FdFacts facts) throws HandlerRefusal {
        String path = facts.link().substring(0, Math.max(1, facts.link().lastIndexOf('/')));
        int flags = OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.DIRECTORY;
        try (OwnedFd folder = OpenFile.open(path, flags)) {
            if (!Stat.of(folder).device().equals(facts.stat().device())) {
                throw new HandlerRefusal(path + " is on another file system now");
            }
            return NamedInode.identity(folder, new FdFacts(folder));
        } catch (SystemCallException gone) {
            throw new HandlerRefusal("its folder cannot be found: " + gone.getMessage(), gone);
        }
    }

    /// Nothing is forgiven here: as somebody else's file, it could be read and changed by others than before.
    private static void own(OwnedFd made, int owner, int group, int permissions) throws HandlerRefusal {
        try {
            Stat stat = Stat.of(made);
            if (stat.uid() != owner || stat.gid() != group) {
                OpenFile.chown(made, owner, group);
            }
            OpenFile.chmod(made, permissions);
        } catch (SystemCallException refused) {
            throw new HandlerRefusal(
                    "the daemon may not give it to uid " + Integer.toUnsignedString(owner) + " and gid "
                            + Integer.toUnsignedString(group) + ": " + refused.getMessage(),
                    refused);
        }
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        Stat stat = facts.stat();
        Map<String, Object> properties = NamedInode.describe(fd);
        properties.put("mode", "%04o".formatted(stat.permissions()));
        properties.put("owner", Integer.toUnsignedLong(stat.uid()));
        properties.put("group", Integer.toUnsignedLong(stat.gid()));
        return properties;
    }

    @Override
    public void prepare(OwnedFd fd, PayloadWriter payload) throws HandlerRefusal {
        SharedInode.save(fd, payload, Stat.of(fd).size());
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        Map<String, Object> properties = new LinkedHashMap<>(describe(fd));
        properties.put("folder", folder(new FdFacts(fd)));
        SharedInode.save(fd, payload, (Long) properties.get("size"));
        return properties;
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        Optional<OwnedFd> again = SharedInode.again(properties, restoration);
        return again.isPresent() ? again.get() : made(properties, restoration);
    }

    private static OwnedFd made(Properties properties, Restoration restoration) throws HandlerRefusal {
        long size = properties.count("size");
        if (size != restoration.payload().size()) {
            throw new HandlerRefusal(
                    "the saved contents have another size than the saved properties say");
        }
        Map<String, Object> folder = properties.map("folder");
        try (OwnedFd made = NamedInode.makeUnnamed(folder, restoration.putter())) {
            OpenFile.truncate(made, size);
            fill(made, restoration);
            int flags = OpenFlags.bits(properties.strings("flags"));
            // Anew, since fcntl(2) cannot set O_SYNC; and before it gets a mode by which its owner may do less.
            try (OwnedFd restored = OpenFile.reopen(made, flags)) {
                own(made, properties.id("owner"), properties.id("group"),
                        properties.mode("mode"));
                OpenFile.seek(restored, properties.count("position"));
                restoration.madeInode(made);
                return restored.take();
            }
        } catch (SystemCallException | IllegalArgumentException failed) {
            throw new HandlerRefusal("it cannot be made again: " + failed.getMessage(), failed);
        }
    }

    private static void fill(OwnedFd made, Restoration restoration) throws HandlerRefusal {
        OptionalLong pageSize = HugePages.pageSize(made);
        if (pageSize.isPresent()) {
            HugetlbMemfdHandler.fill(made, pageSize.getAsLong(), restoration);
        } else {
            restoration.payload().into(made);
        }
    }
}
