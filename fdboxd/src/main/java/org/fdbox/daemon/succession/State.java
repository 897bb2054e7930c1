package org.fdbox.daemon.succession;

import java.util.Locale;

/// How far a [TakeOver] is, as Status shows it.
public enum State {
    /// Everybody is served.
    LIVE,
    /// Nobody is, while the last things move.
    FREEZING,
    /// The successor has everything, and may commit.
    OFFERED,
    /// It has.
    COMMITTED;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
