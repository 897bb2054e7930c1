package org.fdbox.daemon.net;

import java.util.HashMap;
import java.util.Map;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.sys.FrameReader;

/// How much may be connected and unfinished, for each user and in all. For all loops, so it has a lock, for a moment.
public final class Intake {

    /// What a descriptor of an unfinished message counts as, in bytes: numbers are scarcer than memory.
    private static final int DESCRIPTOR_WEIGHT = 16 << 10;

    private Limits limits;
    private final DescriptorBudget budget;
    private final Map<Integer, Usage> byUid = new HashMap<>();
    private long unfinishedInAll;

    /// @param connectionsPerUid open at once
    /// @param unfinishedBytesPerUid of messages whose end has not arrived
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

    synchronized void disconnect(int uid, int unfinished) {
        Usage usage = byUid.get(uid);
        usage.connections--;
        usage.unfinished -= unfinished;
        unfinishedInAll -= unfinished;
        budget.release(1);
        forget(uid, usage);
    }

    /// What waits unfinished in a reader, in bytes.
    static int weight(FrameReader reader) {
        return reader.unfinishedBytes() + DESCRIPTOR_WEIGHT * reader.unfinishedDescriptors();
    }

    /// Counts unfinished bytes of a connection that grew or shrank by so many; answers whether it may go on.
    synchronized boolean unfinished(int uid, int change) {
        Usage usage = byUid.get(uid);
        usage.unfinished += change;
        unfinishedInAll += change;
        return change <= 0
                || usage.unfinished <= limits.unfinishedBytesPerUid
                        && unfinishedInAll <= limits.unfinishedBytes;
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
