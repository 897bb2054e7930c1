package org.fdbox.sys;

import java.util.ArrayList;
import java.util.List;

/// The flags of open(2) that a descriptor keeps and a handover preserves, with their names for people and manifests.
public final class OpenFlags {
    public static final int RDONLY = 0;
    public static final int WRONLY = 1;
    public static final int RDWR = 2;
    public static final int ACCESS_MODE = 3;
    public static final int APPEND = 02000;
    public static final int NONBLOCK = 04000;
    public static final int DSYNC = 010000;
    public static final int ASYNC = 020000;
    public static final int NOATIME = 01000000;
    public static final int CLOEXEC = 02000000;
    public static final int PATH = 010000000;

    /// These two differ between machines (arch/arm64/include/uapi/asm/fcntl.h).
    public static final int DIRECT = SystemCall.onX86() ? 040000 : 0200000;
    public static final int DIRECTORY = SystemCall.onX86() ? 0200000 : 040000;
    public static final int NOFOLLOW = SystemCall.onX86() ? 0400000 : 0100000;

    private static final int SYNC = 04010000;

    private record Named(String name, int bits) {}

    /// What fcntl(2) can set again, or open(2).
    private static final List<Named> PRESERVED = List.of(
            new Named("append", APPEND),
            new Named("nonblock", NONBLOCK),
            new Named("sync", SYNC),
            new Named("dsync", DSYNC),
            new Named("direct", DIRECT),
            new Named("noatime", NOATIME));

    private OpenFlags() {}

    /// The names of what is set, the access mode first: ["rdwr", "append"].
    public static List<String> names(int flags) {
        var names = new ArrayList<String>();
        names.add(switch (flags & ACCESS_MODE) {
            case RDONLY -> "rdonly";
            case WRONLY -> "wronly";
            default -> "rdwr";
        });
        int left = flags;
        for (Named flag : PRESERVED) {
            if ((left & flag.bits) == flag.bits) {
                names.add(flag.name);
                left &= ~flag.bits;
            }
        }
        return List.copyOf(names);
    }

    /// The bits of such names.
    ///
    /// @throws IllegalArgumentException for a name this version does not know
    public static int bits(List<String> names) {
        int bits = 0;
        for (String name : names) {
            bits |= switch (name) {
                case "rdonly" -> RDONLY;
                case "wronly" -> WRONLY;
                case "rdwr" -> RDWR;
                default -> preserved(name);
            };
        }
        return bits;
    }

    private static int preserved(String name) {
        return PRESERVED.stream()
                .filter(flag -> flag.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown flag \"" + name + "\"")).bits;
    }
}
