package org.fdbox.daemon.net;

import java.util.HashMap;
import java.util.Map;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.protocol.Refused;

/// How much may be connected and unfinished, for each user and in all. For all loops, so it has a lock, for a moment.
public final class Intake {

    private Limits limits;
    private final DescriptorBudget budget;
    private final Map<Integer, Usage> byUid = new HashMap<>();
    private long unfinishedInAll;

    /// @param connectionsPerUid open at once
    /// @param unfinishedBytesPerUid of messages that wait: for their end, or for their turn
    /// @param unfinishedBytes of all users
    public record Limits(int connectionsPerUid, long unfinishedBytesPerUid, long unfinishedBytes) {}

    private static final class Usage {
        private int connections;
        private long unfinished;
    }

    public Intake(Limits limits, DescriptorBudget budget) {
        this.limits = limits;
        this.budget = budget;
    }

    /// From now on; whoever has more keeps it.
    public synchronized void setLimits(Limits limits) {
        this.limits = limits;
    }

    /// Counts a new connection; answers whether it may stay.
    synchronized boolean connect(int uid) {
        Usage usage = byUid.computeIfAbsent(uid, _ -> new Usage());
        if (usage.connections >= limits.connectionsPerUid || !budget.addConnection()) {
            forget(uid, usage);
            return false;
        }
        usage.connections++;
        return true;
    }

    /// Counts the connection of a handle, and its other end until [#handleSent].
    ///
    /// @throws Refused QuotaExceeded if the user has too many, or OutOfFileDescriptors
    synchronized void connectHandle(int uid) throws Refused {
        Usage usage = byUid.get(uid);
        if (usage != null && usage.connections >= limits.connectionsPerUid) {
            throw new Refused.QuotaExceeded("connections", limits.connectionsPerUid);
        }
        if (!budget.addTransit(1)) {
            throw new Refused.OutOfFileDescriptors(budget.limit());
        }
        if (!connect(uid)) {
            handleSent();
            throw new Refused.OutOfFileDescriptors(budget.limit());
        }
    }

    /// The client's end of a handle was sent, or will not be.
    void handleSent() {
        budget.release(1);
    }

    int descriptorLimit() {
        return budget.limit();
    }

    synchronized void disconnect(int uid) {
        Usage usage = byUid.get(uid);
        usage.connections--;
        budget.release(1);
        forget(uid, usage);
    }

    /// Counts what waits at a connection, which grew or shrank by so much; answers whether it may go on.
    synchronized boolean waiting(int uid, int bytes, int descriptors) {
        Usage usage = byUid.get(uid);
        usage.unfinished += bytes;
        unfinishedInAll += bytes;
        boolean room = budget.addTransit(descriptors);
        return room
                && (bytes <= 0
                        || usage.unfinished <= limits.unfinishedBytesPerUid
                                && unfinishedInAll <= limits.unfinishedBytes);
    }

    synchronized long mostUnfinished() {
        return limits.unfinishedBytesPerUid;
    }

    private void forget(int uid, Usage usage) {
        if (usage.connections == 0) {
            byUid.remove(uid);
        }
    }
}
