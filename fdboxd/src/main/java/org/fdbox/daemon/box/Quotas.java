package org.fdbox.daemon.box;

import java.util.HashMap;
import java.util.Map;
import org.fdbox.protocol.Refused;

/// What each uid may hold, and holds. Guarded by the store's lock.
final class Quotas {

    private Limits limits;
    private final Map<Integer, Usage> byUid = new HashMap<>();

    private static final class Usage {
        private int boxes;
        private int entries;
    }

    Quotas(Limits limits) {
        this.limits = limits;
    }

    /// From now on; whoever holds more keeps it.
    void setLimits(Limits limits) {
        this.limits = limits;
    }

    /// @throws Refused.QuotaExceeded if so many more would be too many; nothing is counted then
    void requireRoomForEntries(int uid, int count) throws Refused.QuotaExceeded {
        if (held(uid).entries + (long) count > limits.entriesPerUid()) {
            throw new Refused.QuotaExceeded("entries", limits.entriesPerUid());
        }
    }

    void requireRoomForBox(int uid) throws Refused.QuotaExceeded {
        if (held(uid).boxes >= limits.boxesPerUid()) {
            throw new Refused.QuotaExceeded("boxes", limits.boxesPerUid());
        }
    }

    void addEntries(int uid, int count) {
        usage(uid).entries += count;
        forget(uid);
    }

    void addBoxes(int uid, int count) {
        usage(uid).boxes += count;
        forget(uid);
    }

    private Usage held(int uid) {
        return byUid.getOrDefault(uid, new Usage());
    }

    private Usage usage(int uid) {
        return byUid.computeIfAbsent(uid, _ -> new Usage());
    }

    /// Users who hold nothing cost nothing.
    private void forget(int uid) {
        Usage usage = byUid.get(uid);
        if (usage.boxes == 0 && usage.entries == 0) {
            byUid.remove(uid);
        }
    }
}
