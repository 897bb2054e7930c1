package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// POSIX message queues (mq_overview(7)).
///
/// Preserved while somebody holds them: messages, limits, status flags, everything.
///
/// Not preserved without a holder: anything that the daemon could bring back. A queue with a name stays in its IPC namespace
/// by itself until the next boot, where programs find it again.
public final class MessageQueueHandler implements FdHandler {

    @Override
    public String compatible() {
        return "fdbox,message-queue-v1";
    }

    @Override
    public String kind() {
        return "message-queue";
    }

    @Override
    public Survival survival() {
        return Survival.LIVE;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.REGULAR
                && (facts.flags() & OpenFlags.PATH) == 0
                && facts.messageQueue().isPresent();
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        return Prospect.live("messages cannot be looked at without taking them out of their queue");
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("queue", facts.link());
        facts.messageQueue().ifPresent(queue -> {
            properties.put("maxMessages", queue.maxMessages());
            properties.put("messageSize", queue.messageSize());
            properties.put("messages", queue.waiting());
        });
        properties.put("flags", OpenFlags.names(facts.flags()));
        return properties;
    }
}
