package org.fdbox.daemon.box;

import java.util.Locale;

/// What one can do to a box, with the permission bit it takes. A copy of a writable descriptor is writable, hence x and not r.
public enum Right {
    LIST(04),
    PUT(02),
    TAKE(02),
    DROP(02),
    SEAL(02),
    PREPARE(02),
    COPY(01),
    /// Deleting and changing access: the owner's and root's alone.
    OWN(0);

    private final int bit;

    Right(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
