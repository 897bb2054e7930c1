package org.fdbox.cli;

import java.util.Optional;
import java.util.OptionalInt;

/// The permission bits of a box, as people write them.
final class Mode {

    static final String MEANING =
            "octal, as for a folder: r lists, x copies (get --keep), w does everything else.";

    private static final int OCTAL = 8;

    private Mode() {}

    static OptionalInt optional(Optional<String> text) throws UsageException {
        return text.isPresent() ? OptionalInt.of(of(text.get())) : OptionalInt.empty();
    }

    /// @throws UsageException if it is not three octal digits, with or without a 0 before them
    static int of(String text) throws UsageException {
        if (!text.matches("0?[0-7]{3}")) {
            throw new UsageException(
                    "\"" + text + "\" is no mode: it must be three octal digits, for example 0750");
        }
        return Integer.parseInt(text, OCTAL);
    }
}
