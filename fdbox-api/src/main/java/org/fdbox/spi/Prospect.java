package org.fdbox.spi;

import java.util.Optional;

/// How one entry will survive.
///
/// @param reason why no better than that, for people
public record Prospect(Survival survival, Optional<String> reason) {

    public static Prospect of(Survival survival) {
        return new Prospect(survival, Optional.empty());
    }

    /// It survives only while somebody holds it open, for this reason.
    public static Prospect live(String reason) {
        return new Prospect(Survival.LIVE, Optional.of(reason));
    }
}
