package org.fdbox.daemon.box;

import java.util.concurrent.atomic.AtomicInteger;

/// Descriptor numbers are the scarcest thing of this process. Some are kept in reserve, so that a full daemon still lists,
/// hands out, and accepts: entries stop before the whole reserve, connections before half of it, descriptors
/// of messages that wait before a quarter, and the rest is for those that are just being received.
public final class DescriptorBudget {

    private static final int LEAST_RESERVE = 64;
    private static final int SHARE = 32;

    private final int limit;
    private final int forEntries;
    private final int forConnections;
    private final int forTransit;
    private final AtomicInteger used = new AtomicInteger();

    /// @param limit of this process
    /// @param inUse what the process has open for itself
    public DescriptorBudget(int limit, int inUse) {
        int reserve = Math.min(limit / 4, Math.max(LEAST_RESERVE, limit / SHARE));
        this.limit = limit;
        this.forEntries = Math.max(0, limit - inUse - reserve);
        this.forConnections = Math.max(0, limit - inUse - reserve / 2);
        this.forTransit = Math.max(0, limit - inUse - reserve / 4);
    }

    public int limit() {
        return limit;
    }

    /// Counts new entries, if there is room for them.
    boolean addEntries(int count) {
        return add(count, forEntries);
    }

    /// Counts a new connection, if there is room for it.
    public boolean addConnection() {
        return add(1, forConnections);
    }

    /// Counts descriptors of messages that wait, if there is room for them; a negative count lets go.
    public boolean addTransit(int count) {
        return add(count, count <= 0 ? Integer.MAX_VALUE : forTransit);
    }

    /// How many entries there may still be.
    public int roomForEntries() {
        return Math.max(0, forEntries - used.get());
    }

    /// Counts what was recovered, room or not.
    void addAnyway(int count) {
        used.addAndGet(count);
    }

    public void release(int count) {
        used.addAndGet(-count);
    }

    private boolean add(int count, int most) {
        if (used.addAndGet(count) <= most) {
            return true;
        }
        used.addAndGet(-count);
        return false;
    }
}
