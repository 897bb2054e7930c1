package org.fdbox.daemon.service;

import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/// Names for what is stored: "@" and a number to the base of 36, the lowest that is free. Short, since the next start gets all of
/// them in one environment variable, LISTEN_FDNAMES, and Linux starts no program with one of 128 KiB or more
/// (execve(2), MAX_ARG_STRLEN): a store that is too full for that could never be given back.
final class Ids {

    /// Everything of ours begins with it; no name of a socket unit does.
    static final String PREFIX = "@";
    static final String PROBE = "@-probe";
    static final List<String> LEDGERS = List.of("@-ledger-0", "@-ledger-1");

    /// What is left of MAX_ARG_STRLEN for names of entries: the rest is for the ledgers, a probe, and sockets.
    private static final int MOST_BYTES = 120 << 10;
    private static final int BASE = 36;

    private final BitSet used = new BitSet();
    private int bytes;

    static boolean isOurs(String name) {
        return name.startsWith(PREFIX);
    }

    /// A free one; empty if there are too many.
    OptionalInt next() {
        int id = used.nextClearBit(0);
        return bytes + length(id) <= MOST_BYTES ? OptionalInt.of(id) : OptionalInt.empty();
    }

    void take(int id) {
        if (!used.get(id)) {
            used.set(id);
            bytes += length(id);
        }
    }

    void free(int id) {
        used.clear(id);
        bytes -= length(id);
    }

    int count() {
        return used.cardinality();
    }

    static String name(int id) {
        return PREFIX + Integer.toString(id, BASE);
    }

    /// The number in a name; empty if it is not one of an entry.
    static OptionalInt number(String name) {
        return name.matches("@[0-9a-z]{1,5}")
                ? OptionalInt.of(Integer.parseInt(name.substring(PREFIX.length()), BASE))
                : OptionalInt.empty();
    }

    /// With the colon that parts it from the next.
    private static int length(int id) {
        return name(id).length() + 1;
    }
}
