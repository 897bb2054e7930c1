package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FdInfo;
import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SystemCallException;

/// Event counters (eventfd(2)).
///
/// Preserved: the counter, whether it is a semaphore, the status flags.
///
/// Not preserved: who waits on it, its membership in an epoll, its tie to an irqfd or ioeventfd of KVM.
public final class EventFdHandler implements PreservingHandler {

    @Override
    public String compatible() {
        return "fdbox,eventfd-v1";
    }

    @Override
    public String kind() {
        return "eventfd";
    }

    @Override
    public Survival survival() {
        return Survival.CONTENTS;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.ANONYMOUS && facts.link().equals("anon_inode:[eventfd]")
                && (facts.flags() & OpenFlags.PATH) == 0;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var info = FdInfo.of(fd);
        var properties = new LinkedHashMap<String, Object>();
        // Written in hexadecimal, unlike its neighbours; text, because it can pass 2^63.
        properties.put("count", Long.toUnsignedString(Long.parseUnsignedLong(info.get("eventfd-count"), 16)));
        properties.put("semaphore",
                info.has("eventfd-semaphore") && info.get("eventfd-semaphore").equals("1"));
        properties.put("flags", OpenFlags.names(new FdFacts(fd).flags()));
        return properties;
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        return KernelObject.described(this, fd);
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        try {
            long count = Long.parseUnsignedLong(properties.string("count"));
            // 2^64-1 is the one value the kernel never lets a counter have, and writing it would be refused.
            if (count == -1) {
                throw new HandlerRefusal("the saved counter is impossible");
            }
            int flags = OpenFlags.bits(properties.strings("flags"));
            try (OwnedFd made = EventFd.create(count, properties.flag("semaphore"), true)) {
                OpenFile.setStatusFlags(made, flags);
                return made.take();
            }
        } catch (IllegalArgumentException | SystemCallException failed) {
            throw new HandlerRefusal("it cannot be made again: " + failed.getMessage(), failed);
        }
    }
}
