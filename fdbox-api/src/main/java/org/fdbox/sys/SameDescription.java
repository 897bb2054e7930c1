package org.fdbox.sys;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds descriptors that are one open file description: kcmp(2) where the kernel has it, which gives an order and so
/// n log n, else fcntl(2) with F_DUPFD_QUERY among the descriptors of one inode.
public final class SameDescription {

    private static final int F_DUPFD_QUERY = 1027;

    private SameDescription() {}

    /// Maps each descriptor that is the same open file description as an earlier one of the list to the first such.
    ///
    /// @param descriptors stay the caller's and must stay open
    /// @throws SystemCallException if neither call is there
    public static Map<OwnedFd, OwnedFd> aliases(List<OwnedFd> descriptors) {
        if (descriptors.size() < 2) {
            return Map.of();
        }
        return orders(descriptors) ? bySorting(descriptors) : byInode(descriptors);
    }

    /// Whether two descriptors are one open file description.
    ///
    /// @param one stays the caller's, as the other does
    /// @throws SystemCallException if neither call is there, or one of them is closed
    public static boolean are(OwnedFd one, OwnedFd other) {
        long answer = kcmp(one, other);
        return answer >= 0 ? answer == 0 : same(one, other);
    }

    /// Whether this kernel, and the sandbox around us, let us ask kcmp(2) about ourselves.
    static boolean orders(List<OwnedFd> descriptors) {
        return descriptors.size() > 1 && kcmp(descriptors.getFirst(), descriptors.getFirst()) == 0;
    }

    private static Map<OwnedFd, OwnedFd> bySorting(List<OwnedFd> descriptors) {
        var places = new IdentityHashMap<OwnedFd, Integer>();
        for (OwnedFd fd : descriptors) {
            places.put(fd, places.size());
        }
        var sorted = new ArrayList<>(descriptors);
        sorted.sort((a, b) -> {
            int order = order(a, b);
            return order != 0 ? order : Integer.compare(places.get(a), places.get(b));
        });
        var aliases = new IdentityHashMap<OwnedFd, OwnedFd>();
        OwnedFd first = null;
        for (OwnedFd fd : sorted) {
            if (first != null && order(first, fd) == 0) {
                aliases.put(fd, first);
            } else {
                first = fd;
            }
        }
        return aliases;
    }

    static int order(OwnedFd a, OwnedFd b) {
        return Kcmp.order(Kernel.check(kcmp(a, b), SystemCall.KCMP, a + " and " + b));
    }

    private static long kcmp(OwnedFd a, OwnedFd b) {
        long self = ProcessHandle.current().pid();
        return Kcmp.descriptions(a.kernel(), self, a.number(), self, b.number());
    }

    private static Map<OwnedFd, OwnedFd> byInode(List<OwnedFd> descriptors) {
        var aliases = new IdentityHashMap<OwnedFd, OwnedFd>();
        var firsts = new HashMap<Optional<Inode>, List<OwnedFd>>();
        for (OwnedFd fd : descriptors) {
            var candidates = firsts.computeIfAbsent(inode(fd), _ -> new ArrayList<>());
            OwnedFd same = candidates.stream().filter(other -> same(other, fd)).findFirst().orElse(null);
            if (same == null) {
                candidates.add(fd);
            } else {
                aliases.put(fd, same);
            }
        }
        return aliases;
    }

    /// A file of which nothing can be learned is compared with all others such.
    private static Optional<Inode> inode(OwnedFd fd) {
        try {
            return Optional.of(Inode.of(Stat.of(fd)));
        } catch (SystemCallException unknown) {
            return Optional.empty();
        }
    }

    private static boolean same(OwnedFd a, OwnedFd b) {
        return a.must(SystemCall.FCNTL, F_DUPFD_QUERY, b.number()) == 1;
    }
}
