package org.fdbox.daemon.policy;

import java.util.Set;
import java.util.function.ToIntFunction;
import org.fdbox.sys.PeerCredentials;

/// The policy that counts at this moment. Safe for use by several threads.
public final class PolicyInForce {

    private static final int NO_GROUP = -1;

    private volatile Policy policy;

    public PolicyInForce(Policy policy) {
        this.policy = policy;
    }

    /// From now on; whoever holds more than it grants keeps it.
    public void set(Policy changed) {
        policy = changed;
    }

    public Rule ruleFor(PeerCredentials who) {
        return policy.ruleFor(who);
    }

    public Limits limitsFor(PeerCredentials who) {
        return ruleFor(who).limits();
    }

    /// The most of something that whoever has this uid may have, whatever their groups.
    public int mostFor(int uid, ToIntFunction<Limits> limit) {
        return policy.rulesFor(uid).stream().map(Rule::limits).mapToInt(limit).max().orElseThrow();
    }

    /// Whether anybody who has this uid, whatever their groups, may have a box of this name.
    public boolean mayHaveBox(int uid, String box) {
        return policy.rulesFor(uid).stream().anyMatch(rule -> rule.allowsBox(box));
    }

    /// Of somebody who is not connected: the groups are not known, so rules by group do not count.
    public Limits limitsFor(int uid) {
        return limitsFor(new PeerCredentials(0, uid, NO_GROUP, Set.of()));
    }
}
