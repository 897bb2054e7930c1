package org.fdbox.daemon.box;

/// Descriptor numbers are the scarcest thing of this process. Some are kept in reserve, so that a full daemon still lists,
/// hands out, and accepts: entries stop before the whole reserve, connections before half of it, descriptors
/// of messages that wait before a quarter, and the rest is for those that are just being received. A number counts until
/// close(2) has returned. Safe for use by several threads.
public final class DescriptorBudget {

    private static final int LEAST_RESERVE = 64;
    private static final int SHARE = 32;

    private final int limit;
    private final int forEntries;
    private final int forConnections;
    private final int forTransit;
    /// Of entries and connections, and what was theirs and is not closed yet.
    private int used;
    /// Of messages: received, and not yet closed or stored.
    private int inTransit;

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

    /// Counts new entries, if there is room for them. Their descriptors are among those of messages, if they came in one.
    synchronized boolean addEntries(int count) {
        return add(count, Math.max(count, inTransit), forEntries);
    }

    /// Counts a new connection, if there is room for it.
    public synchronized boolean addConnection() {
        return add(1, 1 + inTransit, forConnections);
    }

    private boolean add(int count, int wanted, int most) {
        if (used + (long) wanted > most) {
            return false;
        }
        used += count;
        return true;
    }

    /// Counts descriptors that came with a message, which are there whether or not there was room; a negative count lets go.
    public synchronized void addTransit(int count) {
        inTransit += count;
    }

    /// Whether messages that brought descriptors may wait.
    public synchronized boolean hasRoomForTransit() {
        return used + inTransit <= forTransit;
    }

    /// How many entries there may still be.
    public synchronized int roomForEntries() {
        return Math.max(0, forEntries - used);
    }

    /// Counts entries that were recovered, or connections that were served before, room or not.
    public synchronized void addAnyway(int count) {
        used += count;
    }

    public synchronized void release(int count) {
        used -= count;
    }
}
