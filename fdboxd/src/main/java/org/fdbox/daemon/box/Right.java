package org.fdbox.daemon.box;

import java.util.Locale;
import java.util.Optional;
import org.fdbox.protocol.HandleRight;

/// What one can do to a box, with the permission bit it takes, or the right of a handle. A copy of a writable descriptor is writable, hence x and not r.
public enum Right {
    LIST(04, HandleRight.LIST),
    PUT(02, HandleRight.PUT),
    TAKE(02, HandleRight.TAKE),
    /// Also what replacing does to the old entry.
    DROP(02, HandleRight.TAKE),
    SEAL(02, HandleRight.SEAL),
    PREPARE(02, HandleRight.SEAL),
    COPY(01, HandleRight.COPY),
    /// Deleting and changing access: the owner's and root's alone.
    OWN(0, null);

    private final int bit;
    private final HandleRight granted;

    Right(int bit, HandleRight granted) {
        this.bit = bit;
        this.granted = granted;
    }

    int bit() {
        return bit;
    }

    /// What a handle needs for it; empty if none can do it.
    Optional<HandleRight> granted() {
        return Optional.ofNullable(granted);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
