package org.fdbox.daemon.succession;

import java.util.List;
import java.util.OptionalInt;

/// The form in which everything moves. Its number changes when an older daemon could not make sense of a newer one's; what was
/// merely added, it carries along.
public final class Stream {

    static final String COMPATIBLE = "fdbox-live-v1";
    /// Best first.
    public static final List<Integer> VERSIONS = List.of(1);

    private Stream() {}

    /// Whether any of the other's versions is spoken here; if so, the first of them.
    static OptionalInt choose(List<Integer> theirs) {
        return theirs.stream().filter(VERSIONS::contains).mapToInt(Integer::intValue).findFirst();
    }
}
