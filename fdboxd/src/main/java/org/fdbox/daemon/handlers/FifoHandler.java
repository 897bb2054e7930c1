package org.fdbox.daemon.handlers;

import java.nio.file.Files;
import java.nio.file.Path;
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
import org.fdbox.sys.Errno;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Pipes with a name (fifo(7)). Unlike a pipe's, one end alone may be sealed: whoever wants the other one opens the path.
///
/// Preserved: which FIFO it is (checked like a file), access mode and status flags; with an end that reads, also what waits in
/// the FIFO and its capacity. The kernel keeps those for as long as anybody has the FIFO open; so they are put back only if
/// nobody else had it open when it came back.
///
/// Not preserved: what waits in it, if the box holds only an end that writes; packet boundaries, who waits on it.
public final class FifoHandler implements PreservingHandler {

    private static final int MOST_WAITING = 64 << 20;

    private final Stat.Device homeOfPipes = PipeHome.DEVICE;

    @Override
    public String compatible() {
        return "fdbox,fifo-v1";
    }

    @Override
    public String kind() {
        return "fifo";
    }

    @Override
    public Survival survival() {
        return Survival.CONTENTS;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.FIFO
                && !facts.stat().device().equals(homeOfPipes)
                && (facts.flags() & OpenFlags.PATH) == 0;
    }

    /// Its file system may be on another machine.
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        Survival best = reads(facts.flags()) ? Survival.CONTENTS : Survival.REOPEN;
        return NamedInode.obstacle(fd, facts, putter, () -> tryEnd(fd, facts, putter))
                .or(() -> oneWay(facts.link()))
                .map(Prospect::live)
                .orElse(Prospect.of(best));
    }

    /// That nobody reads it now is not the putter's lack of rights, which the kernel judges first. The other end is not opened
    /// for the trial: that would wake whoever waits for it.
    private static OwnedFd tryEnd(OwnedFd fd, FdFacts facts, PeerCredentials putter) throws HandlerRefusal {
        int flags = OpenFlags.bits(OpenFlags.names(facts.flags()));
        try {
            return NamedInode.open(NamedInode.identity(fd, facts), flags, putter);
        } catch (HandlerRefusal refused) {
            if (refused.getCause() instanceof SystemCallException failed && failed.errno() == Errno.ENXIO) {
                return fd.dup();
            }
            throw refused;
        }
    }

    private static Optional<String> oneWay(String link) {
        Path path = Path.of(link);
        return Files.isReadable(path) && Files.isWritable(path)
                ? Optional.empty()
                : Optional.of("the daemon may not both read and write it, which opening it again needs");
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("path", facts.link());
        properties.put("device", facts.stat().device().toString());
        properties.put("inode", Long.toUnsignedString(facts.stat().inode()));
        properties.put("flags", OpenFlags.names(facts.flags()));
        properties.put("capacity", Pipe.capacity(fd));
        properties.put("waiting", (long) Pipe.waiting(fd));
        return properties;
    }

    private static boolean reads(int flags) {
        return (flags & OpenFlags.ACCESS_MODE) != OpenFlags.WRONLY;
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        try {
            Map<String, Object> properties = describe(fd);
            var facts = new FdFacts(fd);
            properties.putAll(NamedInode.identity(fd, facts));
            if (reads(facts.flags())) {
                payload.bytes(Pipe.peek(fd));
            }
            return properties;
        } catch (SystemCallException failed) {
            throw new HandlerRefusal("what waits in it cannot be read: " + failed.getMessage(), failed);
        }
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        PeerCredentials putter = restoration.putter();
        try (OwnedFd found = NamedInode.openPath(properties.values(), putter)) {
            if (Stat.of(found).type() != FileType.FIFO) {
                throw new HandlerRefusal("what is now at " + properties.string("path") + " is no FIFO");
            }
            int flags = OpenFlags.bits(properties.strings("flags"));
            String key = "fifo:" + properties.string("device") + ":" + properties.string("inode");
            OwnedFd left = restoration.claim(key).orElse(null);
            boolean ours = left != null || !inUse(found);
            try (OwnedFd bothEnds = left != null ? left : bothEnds(found);
                    OwnedFd end = NamedInode.open(properties.values(), flags, putter)) {
                if (ours && reads(flags)) {
                    refill(bothEnds, properties, restoration);
                }
                if (ours) {
                    restoration.leave(key, bothEnds.take());
                }
                return end.take();
            }
        } catch (IllegalArgumentException | SystemCallException failed) {
            throw new HandlerRefusal("it cannot be opened again: " + failed.getMessage(), failed);
        }
    }

    /// Whether somebody else has it open, so that the kernel still has what waits in it.
    private static boolean inUse(OwnedFd found) {
        try (OwnedFd _ = OpenFile.reopen(found, OpenFlags.WRONLY | OpenFlags.NONBLOCK)) {
            return true;
        } catch (SystemCallException nobodyReads) {
            if (nobodyReads.errno() != Errno.ENXIO) {
                throw nobodyReads;
            }
        }
        try (OwnedFd reader = OpenFile.reopen(found, OpenFlags.RDONLY | OpenFlags.NONBLOCK)) {
            return Pipe.isWritten(reader);
        }
    }

    /// The daemon's own, for the recovery: while it is there, no opening waits or fails for want of the other end, and what was
    /// put back stays.
    private static OwnedFd bothEnds(OwnedFd found) {
        return OpenFile.reopen(found, OpenFlags.RDWR | OpenFlags.NONBLOCK);
    }

    private static void refill(OwnedFd bothEnds, Properties properties, Restoration restoration)
            throws HandlerRefusal {
        byte[] waiting = restoration.payload().bytes(MOST_WAITING);
        if (Pipe.waiting(bothEnds) == 0) {
            Pipe.setCapacity(bothEnds, properties.count("capacity"));
            Pipe.write(bothEnds, waiting);
        }
    }
}
