package org.fdbox.daemon.box;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fdbox.sys.PeerCredentials;

/// Who put an entry and when, as files have it.
public final class Provenance {

    private static final String UID = "putterUid";
    private static final String GID = "putterGid";
    private static final String GROUPS = "putterGroups";
    private static final String PID = "putterPid";
    private static final String TIME = "putUSec";
    /// All of them.
    static final Set<String> FIELDS = Set.of(UID, GID, GROUPS, PID, TIME);

    private static final List<String> USER = List.of(UID, GID);
    /// NGROUPS_MAX of the kernel (limits.h).
    private static final int MOST_GROUPS = 65_536;
    private static final PeerCredentials NOBODY = new PeerCredentials(0, 65_534, 65_534, Set.of());

    private Provenance() {}

    /// In the order in which they are written.
    public static Map<String, Object> fields(Entry entry) {
        var node = new LinkedHashMap<String, Object>();
        write(node, entry);
        return node;
    }

    /// Adds them to a node.
    static void write(Map<String, Object> node, Entry entry) {
        PeerCredentials putter = entry.putter();
        node.put(UID, Integer.toUnsignedLong(putter.uid()));
        node.put(GID, Integer.toUnsignedLong(putter.gid()));
        node.put(GROUPS, new TreeSet<>(putter.groups()).stream().map(Integer::toUnsignedLong).toList());
        node.put(PID, (long) putter.pid());
        node.put(TIME, entry.putUSec());
    }

    /// Who put it. A node without a putter is the daemon's own business: root's, whom every right was given.
    public static PeerCredentials putter(Map<String, Object> node) {
        if (fault(node).isPresent()) {
            return NOBODY;
        }
        int uid = (int) number(node, UID, 0);
        var groups = new HashSet<Integer>();
        if (node.get(GROUPS) instanceof List<?> list) {
            list.forEach(group -> groups.add(((Long) group).intValue()));
        }
        return new PeerCredentials((int) number(node, PID, 0), uid, (int) number(node, GID, uid), groups);
    }

    /// What is wrong with the putter of a node, whose rights nobody can have then. A number must not become another one, least
    /// of all root's, by being too large.
    public static Optional<String> fault(Map<String, Object> node) {
        for (String field : USER) {
            if (node.containsKey(field) && !isId(node.get(field))) {
                return Optional.of("its " + field + " in the manifest, "
                        + Reason.shortened(String.valueOf(node.get(field))) + ", is no user's or group's");
            }
        }
        Object groups = node.getOrDefault(GROUPS, List.of());
        if (!(groups instanceof List<?> list) || list.size() > MOST_GROUPS
                || !list.stream().allMatch(Provenance::isId)) {
            return Optional.of("its " + GROUPS + " in the manifest are not at most " + MOST_GROUPS
                    + " numbers of groups");
        }
        return Optional.empty();
    }

    /// Of a user or a group; the largest number stands for none (chown(2)).
    public static boolean isId(Object value) {
        return value instanceof Long id && id >= 0 && id < 0xffff_ffffL;
    }

    public static long putUSec(Map<String, Object> node) {
        return number(node, TIME, 0);
    }

    private static long number(Map<String, Object> node, String field, long otherwise) {
        return node.get(field) instanceof Long number ? number : otherwise;
    }
}
