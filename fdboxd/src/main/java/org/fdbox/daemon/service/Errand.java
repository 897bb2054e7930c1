package org.fdbox.daemon.service;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.fdbox.daemon.box.Entry;

/// Entries that somebody waits for to be kept, all or none.
///
/// @param files where each lies
/// @param done the outcome
record Errand(Map<Entry, Stored.File> files, CompletableFuture<Outcome> done) {

    /// How it went.
    sealed interface Outcome {
        /// They are kept; or sent, where nobody waits for more.
        record Kept() implements Outcome {}

        /// There is no room for all of them, and none is kept.
        ///
        /// @param kept how many descriptors are
        record Full(int kept) implements Outcome {}

        /// Nobody answered, and none is kept as far as anybody knows.
        record Unheard(String reason) implements Outcome {}
    }

    static Errand of(Map<Entry, Stored.File> files) {
        return new Errand(files, new CompletableFuture<>());
    }
}
