package org.fdbox.daemon.box;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.fdbox.sys.PeerCredentials;

/// Who put an entry and when, as files have it.
public final class Provenance {

    private static final String UID = "putterUid";
    private static final String GID = "putterGid";
    private static final String GROUPS = "putterGroups";
    private static final String PID = "putterPid";
    private static final String TIME = "putUSec";

    private Provenance() {}

    /// In the order in which they are written.
    public static Map<String, Object> fields(Entry entry) {
        PeerCredentials putter = entry.putter();
        var node = new LinkedHashMap<String, Object>();
        node.put(UID, Integer.toUnsignedLong(putter.uid()));
        node.put(GID, Integer.toUnsignedLong(putter.gid()));
        node.put(GROUPS, new TreeSet<>(putter.groups()).stream().map(Integer::toUnsignedLong).toList());
        node.put(PID, (long) putter.pid());
        node.put(TIME, entry.putUSec());
        return node;
    }

    /// Who put it. A node without a putter is the daemon's own business: root's, whom every right was given.
    public static PeerCredentials putter(Map<String, Object> node) {
        int uid = (int) number(node, UID, 0);
        var groups = new HashSet<Integer>();
        if (node.get(GROUPS) instanceof List<?> list) {
            list.forEach(group -> groups.add(group instanceof Long id ? id.intValue() : -1));
        }
        return new PeerCredentials((int) number(node, PID, 0), uid, (int) number(node, GID, uid), groups);
    }

    public static long putUSec(Map<String, Object> node) {
        return number(node, TIME, 0);
    }

    private static long number(Map<String, Object> node, String field, long otherwise) {
        return node.get(field) instanceof Long number ? number : otherwise;
    }
}
