package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Properties;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileIdentity;
import org.fdbox.sys.FileSystem;
import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Files that are opened again by their path. The path only leads there: what is found must be the very same inode, and the
/// kernel must let the putter, not just the daemon, open it. So a link put in the path's place gains nobody anything.
final class NamedInode {

    private static final String DELETED = " (deleted)";

    /// Their files are doors into the kernel whose meaning depends on who opens them: procfs, sysfs, cgroup, cgroup2, debugfs,
    /// tracefs, securityfs, bpf, efivarfs, configfs, selinuxfs, pstore, nsfs (linux/magic.h).
    private static final Set<Long> NEVER_OPENED_AGAIN = Set.of(
            0x9fa0L, 0x62656572L, 0x27e0ebL, 0x63677270L, 0x64626720L, 0x74726163L, 0x73636673L, 0xcafe4a11L,
            0xde5e81e4L, 0x62656570L, 0xf97cff8cL, 0x6165676cL, 0x6e736673L);

    private NamedInode() {}

    /// One try at opening a descriptor again.
    interface Trial {
        OwnedFd open() throws HandlerRefusal;
    }

    /// Why the descriptor could not be opened again after a restart; empty if it was just tried and could.
    static Optional<String> obstacle(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        int flags = OpenFlags.bits(OpenFlags.names(facts.flags()));
        return obstacle(fd, facts, putter, () -> open(identity(fd, facts), flags, putter));
    }

    /// Likewise, for kinds with a way of their own to open them.
    static Optional<String> obstacle(OwnedFd fd, FdFacts facts, PeerCredentials putter, Trial trial) {
        if (!facts.link().startsWith("/")) {
            return Optional.of("it has no path: " + facts.link());
        }
        if (facts.stat().links() == 0) {
            return Optional.of("the file was deleted and has no name");
        }
        if (isOfTheKernel(fd)) {
            return Optional.of("files of this file system are never opened again on somebody's behalf");
        }
        if (!FileIdentity.canAssume(putter.uid())) {
            return Optional.of("the daemon runs without the rights to open files as uid " + putter.uid());
        }
        try (OwnedFd _ = trial.open()) {
            return Optional.empty();
        } catch (HandlerRefusal refused) {
            // A file's own name can end like this; only that it was not found tells that the kernel said it.
            return Optional.of(facts.link().endsWith(DELETED)
                    ? "the name by which it was opened was deleted"
                    : refused.getMessage());
        }
    }

    /// Whether it is on a file system whose files are never opened again.
    static boolean isOfTheKernel(OwnedFd fd) {
        return NEVER_OPENED_AGAIN.contains(FileSystem.of(fd).type());
    }

    /// What leads back to the inode, and proves that it is the same.
    static Map<String, Object> identity(OwnedFd fd, FdFacts facts) {
        var identity = new LinkedHashMap<String, Object>();
        identity.put("path", facts.link());
        identity.put("device", facts.stat().device().toString());
        identity.put("inode", Long.toUnsignedString(facts.stat().inode()));
        FileSystem.Id fileSystem = FileSystem.of(fd);
        Optional<String> handle = FileSystem.handle(fd);
        if (fileSystem.isKnown() && handle.isPresent()) {
            identity.put("fileSystem", fileSystem.id());
            identity.put("handle", handle.get());
        }
        return identity;
    }

    /// Opens it again with the putter's rights.
    ///
    /// @param flags access mode and status flags
    static OwnedFd open(Map<String, Object> identity, int flags, PeerCredentials putter)
            throws HandlerRefusal {
        String path = new Properties(identity).string("path");
        return find(path, putter, found -> requireSame(identity, found), found -> access(found, flags));
    }

    /// Finds it again with the putter's rights, without access to it: what [OpenFlags#PATH] opens, also a symbolic link.
    static OwnedFd openPath(Map<String, Object> identity, PeerCredentials putter) throws HandlerRefusal {
        String path = new Properties(identity).string("path");
        return find(path, putter, found -> requireSame(identity, found), OwnedFd::take);
    }

    /// Makes a file without a name in a folder, if it is still the same one, with the putter's rights and as the putter's.
    static OwnedFd makeUnnamed(Map<String, Object> folder, PeerCredentials putter) throws HandlerRefusal {
        String path = new Properties(folder).string("path");
        return find(path, putter, found -> requireSame(folder, found), OpenFile::unnamed);
    }

    /// Opens a device node again with the putter's rights, if it still stands for this device.
    static OwnedFd openDevice(String path, Stat.Device device, int flags, PeerCredentials putter)
            throws HandlerRefusal {
        return find(path, putter, found -> {
            Stat stat = Stat.of(found);
            if (stat.type() != FileType.CHARACTER_DEVICE || !stat.represents().equals(device)) {
                throw new HandlerRefusal("what is now at " + path + " is not device " + device);
            }
        }, found -> access(found, flags));
    }

    private interface Check {
        void accept(OwnedFd found) throws HandlerRefusal;
    }

    private interface Use {
        OwnedFd of(OwnedFd found);
    }

    private static OwnedFd find(String path, PeerCredentials putter, Check check, Use use)
            throws HandlerRefusal {
        if (!path.startsWith("/")) {
            throw new HandlerRefusal("the saved path is not absolute");
        }
        if (!FileIdentity.canAssume(putter.uid())) {
            throw new HandlerRefusal(
                    "the daemon runs without the rights to open files as uid " + putter.uid());
        }
        try {
            return FileIdentity.as(putter.uid(), putter.gid(), putter.groups(), () -> {
                // First without effect (a FIFO would wait, a device would act); then the same inode, for real.
                try (OwnedFd found = OpenFile.open(path, OpenFlags.PATH | OpenFlags.NOFOLLOW)) {
                    check.accept(found);
                    return use.of(found);
                }
            });
        } catch (HandlerRefusal refused) {
            throw refused;
        } catch (SystemCallException failed) {
            throw new HandlerRefusal(
                    "uid " + putter.uid() + " cannot open it again: " + failed.getMessage(), failed);
        } catch (Exception unexpected) {
            throw new HandlerRefusal("it cannot be opened again: " + unexpected, unexpected);
        }
    }

    /// A file on lease would make the opening wait for its holder.
    private static OwnedFd access(OwnedFd found, int flags) {
        try (OwnedFd opened = OpenFile.reopen(found, flags | OpenFlags.NONBLOCK)) {
            OpenFile.setStatusFlags(opened, flags);
            return opened.take();
        }
    }

    /// By file system and handle where both have them, since device numbers can change; else by device and inode.
    static void requireSame(Map<String, Object> identity, OwnedFd found) throws HandlerRefusal {
        var saved = new Properties(identity);
        var now = new Properties(identity(found, new FdFacts(found)));
        boolean byHandle = identity.containsKey("handle") && now.values().containsKey("handle");
        boolean same = byHandle
                ? saved.string("handle").equals(now.string("handle"))
                        && saved.string("fileSystem").equals(now.string("fileSystem"))
                : saved.string("inode").equals(now.string("inode"))
                        && saved.string("device").equals(now.string("device"));
        if (!same) {
            throw new HandlerRefusal("another file is now at " + saved.string("path"));
        }
    }

    /// Position, flags and size, as every file shows them.
    static Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        Stat stat = facts.stat();
        var properties = new LinkedHashMap<String, Object>();
        properties.put("path", facts.link());
        properties.put("device", stat.device().toString());
        properties.put("inode", Long.toUnsignedString(stat.inode()));
        properties.put("size", stat.size());
        properties.put("position", OpenFile.position(fd));
        properties.put("flags", OpenFlags.names(facts.flags()));
        return properties;
    }
}
