package org.fdbox.daemon.support;

import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.Policy;
import org.fdbox.daemon.policy.PolicyInForce;

/// Policies without rules, for tests that are about something else.
public final class Allowing {

    private static final int MANY = 1_000_000;

    private Allowing() {}

    public static Limits limits(int boxes, int entries) {
        return new Limits(boxes, entries, MANY, MANY, Limits.UNBOUNDED);
    }

    public static PolicyInForce entries(int boxes, int entries) {
        return new PolicyInForce(Policy.of(limits(boxes, entries)));
    }
}
