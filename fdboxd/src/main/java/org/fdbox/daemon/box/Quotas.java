package org.fdbox.daemon.box;

import java.util.HashMap;
import java.util.Map;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.PeerCredentials;

/// What each uid holds, held against what the policy lets it hold. Guarded by the store's lock, but for
/// what the policy alone answers ([#mayCreate]).
final class Quotas {

    private final PolicyInForce policy;
    private final Map<Integer, Usage> byUid = new HashMap<>();

    private static final class Usage {
        private int boxes;
        private int entries;
        private int leases;

        private boolean isNothing() {
            return boxes == 0 && entries == 0 && leases == 0;
        }
    }

    Quotas(PolicyInForce policy) {
        this.policy = policy;
    }

    boolean mayCreate(PeerCredentials who, String box) {
        return policy.ruleFor(who).allowsBox(box);
    }

    /// @throws Refused.QuotaExceeded if so many more would be too many; nothing is counted then
    void requireRoomForEntries(PeerCredentials who, int count) throws Refused.QuotaExceeded {
        require("entries", held(who.uid()).entries + (long) count, policy.limitsFor(who).entries());
    }

    void requireRoomForBox(PeerCredentials who) throws Refused.QuotaExceeded {
        require("boxes", held(who.uid()).boxes + 1L, policy.limitsFor(who).boxes());
    }

    /// For one that somebody else gives them.
    void requireRoomForBox(int uid) throws Refused.QuotaExceeded {
        require("boxes", held(uid).boxes + 1L, policy.limitsFor(uid).boxes());
    }

    void requireRoomForLease(PeerCredentials who) throws Refused.QuotaExceeded {
        require("leases", held(who.uid()).leases + 1L, policy.limitsFor(who).leases());
    }

    private static void require(String limit, long wanted, int most) throws Refused.QuotaExceeded {
        if (wanted > most) {
            throw new Refused.QuotaExceeded(limit, most);
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

    void addLeases(int uid, int count) {
        usage(uid).leases += count;
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
        if (byUid.get(uid).isNothing()) {
            byUid.remove(uid);
        }
    }
}
