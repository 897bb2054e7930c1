package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Member;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// The ends of pipes (pipe(7)). A box with a pipe can be sealed only with both ends in it, since one alone would come back
/// with nobody at the other side.
///
/// Preserved: which end it is, what waits in the pipe, its capacity, the status flags, that two entries are ends of one pipe.
///
/// Not preserved: packet boundaries (O_DIRECT), the inode number, timestamps, who waits on it.
public final class PipeHandler implements PreservingHandler {

    private static final int MOST_WAITING = 64 << 20;

    private final Stat.Device home = PipeHome.DEVICE;

    @Override
    public String compatible() {
        return "fdbox,pipe-v1";
    }

    @Override
    public String kind() {
        return "pipe";
    }

    @Override
    public Survival survival() {
        return Survival.CONTENTS;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        int access = facts.flags() & (OpenFlags.ACCESS_MODE | OpenFlags.PATH);
        return facts.stat().type() == FileType.FIFO
                && facts.stat().device().equals(home)
                && (access == OpenFlags.RDONLY || access == OpenFlags.WRONLY);
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("pipe", facts.stat().inode());
        properties.put("end", isWriteEnd(facts.flags()) ? "write" : "read");
        properties.put("flags", OpenFlags.names(facts.flags()));
        properties.put("capacity", Pipe.capacity(fd));
        properties.put("waiting", (long) Pipe.waiting(fd));
        return properties;
    }

    private static boolean isWriteEnd(int flags) {
        return (flags & OpenFlags.ACCESS_MODE) == OpenFlags.WRONLY;
    }

    @Override
    public void seal(Member self, List<Member> box) throws HandlerRefusal {
        var own = new FdFacts(self.fd());
        boolean writes = isWriteEnd(own.flags());
        for (Member other : box) {
            if (other.compatible().equals(compatible())) {
                var facts = new FdFacts(other.fd());
                if (facts.stat().sameInode(own.stat()) && isWriteEnd(facts.flags()) != writes) {
                    return;
                }
            }
        }
        throw new HandlerRefusal("the box holds only the " + (writes ? "write" : "read") + " end of pipe "
                + own.stat().inode() + "; put the other end in as well, or drop this one");
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        try {
            Map<String, Object> properties = describe(fd);
            properties.put("bootId", Namespace.bootId());
            if (properties.get("end").equals("read")) {
                payload.bytes(Pipe.peek(fd));
            }
            return properties;
        } catch (SystemCallException failed) {
            throw new HandlerRefusal("what waits in it cannot be read: " + failed.getMessage(), failed);
        }
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        boolean writes = properties.string("end").equals("write");
        try {
            int flags = OpenFlags.bits(properties.strings("flags"));
            try (OwnedFd end = end(properties, writes, restoration)) {
                OpenFile.setStatusFlags(end, flags);
                if (!writes) {
                    refill(end, restoration);
                }
                return end.take();
            }
        } catch (IllegalArgumentException | SystemCallException failed) {
            throw new HandlerRefusal("it cannot be made again: " + failed.getMessage(), failed);
        }
    }

    /// The first entry of a pipe that is restored makes it and leaves both ends for the others.
    private static OwnedFd end(Properties properties, boolean writes, Restoration restoration)
            throws HandlerRefusal {
        // Numbers of pipes begin anew with each boot, and what waits may come from an earlier one than the rest.
        String key = "pipe:" + properties.optionalString("bootId").orElse("") + ":"
                + properties.number("pipe") + ":";
        OwnedFd left = restoration.claim(key + writes).orElse(null);
        if (left == null) {
            left = make(key, writes, properties, restoration);
        }
        try (OwnedFd end = left) {
            int again = (writes ? OpenFlags.WRONLY : OpenFlags.RDONLY) | OpenFlags.NONBLOCK;
            restoration.leave(key + writes, OpenFile.reopen(end, again));
            return end.take();
        }
    }

    private static OwnedFd make(String key, boolean writes, Properties properties, Restoration restoration)
            throws HandlerRefusal {
        try (Pipe.Ends made = Pipe.create()) {
            Pipe.setCapacity(made.write(), properties.count("capacity"));
            restoration.leave(key + !writes, (writes ? made.read() : made.write()).take());
            return (writes ? made.write() : made.read()).take();
        }
    }

    /// Through a descriptor of its own, since the pipe's other end may not be restored yet.
    private static void refill(OwnedFd readEnd, Restoration restoration) throws HandlerRefusal {
        byte[] waiting = restoration.payload().bytes(MOST_WAITING);
        if (waiting.length > 0 && Pipe.waiting(readEnd) == 0) {
            try (OwnedFd writer = OpenFile.reopen(readEnd, OpenFlags.WRONLY | OpenFlags.NONBLOCK)) {
                Pipe.write(writer, waiting);
            }
        }
    }
}
