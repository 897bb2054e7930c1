package org.fdbox.daemon.handover;

/// A handover that the daemon's memory has no room for: what is told then, and room kept for the save that must follow a recovery.
final class TooLarge {

    private static final int SHIFT_TO_MIB = 20;
    /// A save has the manifest twice, and its buffer grows by doubling.
    private static final int COPIES = 3;
    private static final String HOW =
            " MiB that it may use; start it with more, for example with FDBOXD_HEAP=2g in its environment"
                    + " (docs/operations.md)";

    private TooLarge() {}

    /// To be held while a manifest of this size is recovered: what then fits can be saved again.
    static byte[] reserve(int manifestBytes) {
        return new byte[(int) Math.min(Integer.MAX_VALUE - 8L, (long) COPIES * manifestBytes)];
    }

    static String toRecover() {
        return "it needs more memory than the " + mebibytes() + HOW + "; nothing was touched";
    }

    static String toSave() {
        return "the save needs more memory than the daemon has, of the " + mebibytes() + HOW
                + "; the last complete handover is kept";
    }

    private static long mebibytes() {
        return Runtime.getRuntime().maxMemory() >> SHIFT_TO_MIB;
    }
}
