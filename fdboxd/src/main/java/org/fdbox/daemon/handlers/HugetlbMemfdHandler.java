package org.fdbox.daemon.handlers;

import java.util.HashMap;
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
import org.fdbox.sys.HugePages;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Memory files of huge pages (memfd_create(2), MFD_HUGETLB).
///
/// Preserved: contents, size, the size of its pages, seals, the name that /proc shows, position, access mode and status flags,
/// permission bits, and the owner where the daemon may set it.
///
/// Not preserved: which pages of zeros were holes, since the kernel does not tell: they are saved as zeros and come back as
/// holes; reservations of pages and NUMA policy; the inode number, timestamps, mappings, security labels.
public final class HugetlbMemfdHandler implements PreservingHandler {

    /// Apart from its pages it is like the others.
    private final MemfdHandler memfd = new MemfdHandler();

    /// The size of the pages of each internal file system: one for each size, which a file of ours tells.
    private final Map<Stat.Device, Long> homes = new HashMap<>();

    public HugetlbMemfdHandler() {
        for (long pageSize : HugePages.sizes()) {
            try (OwnedFd sample = HugePages.memfd("fdbox-sample", pageSize)) {
                homes.put(Stat.of(sample).device(), pageSize);
            } catch (SystemCallException unsupported) {
                // Then nobody else has files of such pages either.
            }
        }
    }

    @Override
    public String compatible() {
        return "fdbox,hugetlb-memfd-v1";
    }

    @Override
    public String kind() {
        return "hugetlb-memfd";
    }

    @Override
    public Survival survival() {
        return Survival.CONTENTS;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.REGULAR
                && homes.containsKey(facts.stat().device())
                && (facts.flags() & OpenFlags.PATH) == 0;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        return memfd.examine(fd, facts, putter);
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        return withPageSize(fd, memfd.describe(fd));
    }

    private Map<String, Object> withPageSize(OwnedFd fd, Map<String, Object> properties) {
        properties.put("pageSize", homes.get(Stat.of(fd).device()));
        return properties;
    }

    @Override
    public void prepare(OwnedFd fd, PayloadWriter payload) throws HandlerRefusal {
        memfd.prepare(fd, payload);
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        return withPageSize(fd, memfd.preserve(fd, putter, payload));
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        long pageSize = properties.count("pageSize");
        long size = properties.count("size");
        if (!homes.containsValue(pageSize)) {
            throw new HandlerRefusal("this machine has no huge pages of " + pageSize + " bytes");
        }
        if (size % pageSize != 0 || size != restoration.payload().size()) {
            throw new HandlerRefusal(
                    "the saved size is not that of the saved contents, or no multiple of the pages' size");
        }
        Optional<OwnedFd> again = SharedInode.again(properties, restoration);
        return again.isPresent() ? again.get() : made(properties, restoration, pageSize, size);
    }

    private static OwnedFd made(Properties properties, Restoration restoration, long pageSize, long size)
            throws HandlerRefusal {
        String name = MemfdHandler.possibleName(properties.string("memfdName"));
        try (OwnedFd made = HugePages.memfd(name, pageSize)) {
            OpenFile.truncate(made, size);
            fill(made, pageSize, restoration);
            int flags = OpenFlags.bits(properties.strings("flags"));
            // Before it gets a mode by which its owner may do less.
            try (OwnedFd restored = OpenFile.reopen(made, flags)) {
                MemfdHandler.chown(made, properties);
                OpenFile.chmod(made, properties.mode("mode"));
                MemfdHandler.seal(made, properties.strings("seals"));
                OpenFile.seek(restored, properties.count("position"));
                restoration.madeInode(made);
                return restored.take();
            }
        } catch (SystemCallException | IllegalArgumentException failed) {
            throw new HandlerRefusal("it cannot be made again: " + failed.getMessage(), failed);
        }
    }

    /// Puts saved contents into a new file of huge pages.
    static void fill(OwnedFd made, long pageSize, Restoration restoration) throws HandlerRefusal {
        try (OwnedFd writable = HugePages.writable(made, pageSize)) {
            restoration.payload().into(writable);
        } catch (SystemCallException failed) {
            if (failed.errno() != Errno.ENOSPC && failed.errno() != Errno.ENOMEM) {
                throw failed;
            }
            long needed = Stat.of(made).size() / pageSize;
            String pages = "huge pages of " + (pageSize >> 10) + " KiB";
            throw new HandlerRefusal(
                    "it has " + needed + " " + pages + ", and the pool has no room for them ("
                            + HugePages.free(pageSize)
                            + " free without it); make it larger (/proc/sys/vm/nr_hugepages, "
                            + "hugetlbpage.rst of Linux)",
                    failed);
        }
    }
}
