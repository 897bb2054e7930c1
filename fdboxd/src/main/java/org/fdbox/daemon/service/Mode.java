package org.fdbox.daemon.service;

import java.util.Locale;

/// What a put waits for.
public enum Mode {
    /// Nothing is kept.
    OFF,
    /// Until its descriptor has been sent to the service manager; whether that has dropped it is found out later, and logged.
    FAST,
    /// Until its descriptor is in the service manager's store.
    SAFE;

    /// The one of such a word.
    ///
    /// @throws IllegalArgumentException if there is none
    static Mode of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /// As the configuration has it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
