package org.fdbox.protocol;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a watcher is told of (Monitor): what changes in a box, and what concerns the daemon as a whole.
public enum Happening {
    // Of a box, or of one of its entries

    /// In the box from now on, perhaps in place of an entry of that name.
    PUT,
    /// Taken without a lease: it has left the box.
    GOT,
    /// Handed out on lease; `RETURNED` or `CONFIRMED` follows.
    LEASED,
    /// Back in the box, since the connection that had it on lease ended.
    RETURNED,
    /// It has left the box for good.
    CONFIRMED,
    DROPPED,
    CREATED,
    DELETED,
    SEALED,
    UNSEALED,
    /// A pending entry is held again.
    RESTORED,
    /// Owner, group or mode have changed.
    ACCESS,

    // Of the daemon

    /// The watch has begun: the first reply of all.
    READY,
    /// The sealed boxes will be saved, at the deadline or earlier.
    HANDOVER_PLANNED,
    /// Nothing that is sealed changes from now on.
    FREEZING,
    /// Nothing came of it: the handover before this one still counts.
    ABORTED,
    /// What was sealed is safe.
    COMMITTED,
    /// This watcher read too slowly, and was not told of so many.
    MISSED;

    private static final Map<String, Happening> BY_WORD =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Happening::word, Function.identity()));

    private final String word;

    Happening() {
        String[] parts = name().toLowerCase(Locale.ROOT).split("_");
        this.word = parts[0] + Stream.of(parts).skip(1)
                .map(part -> Character.toUpperCase(part.charAt(0)) + part.substring(1))
                .collect(Collectors.joining());
    }

    /// As the interface file has it.
    public String word() {
        return word;
    }

    /// @return empty for one that this version does not know
    public static Optional<Happening> of(String word) {
        return Optional.ofNullable(BY_WORD.get(word));
    }
}
