package org.fdbox.protocol;

import java.util.Locale;
import java.util.Optional;

/// What a box handle can carry: the type Right of the interface file.
public enum HandleRight {
    /// List, Holders.
    LIST,
    /// Get and GetMany with keep.
    COPY,
    /// Put and PutMany; with replace only together with [#TAKE].
    PUT,
    /// Get and GetMany without keep, Confirm, Drop.
    TAKE,
    /// Seal, Unseal, Prepare.
    SEAL;

    /// As it is written in a message.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The right of that word; empty if there is none.
    public static Optional<HandleRight> of(String word) {
        for (HandleRight right : values()) {
            if (right.word().equals(word)) {
                return Optional.of(right);
            }
        }
        return Optional.empty();
    }
}
