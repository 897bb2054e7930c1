package org.fdbox.daemon.box;

/// Why something is as it is, for people.
public final class Reason {

    private static final int LONGEST = 300;

    private Reason() {}

    /// A reason may be anybody's words, and many entries go into one reply.
    public static String shortened(String reason) {
        if (reason.length() <= LONGEST) {
            return reason;
        }
        return reason.substring(0, reason.offsetByCodePoints(0, LONGEST / 2)) + "…";
    }
}
