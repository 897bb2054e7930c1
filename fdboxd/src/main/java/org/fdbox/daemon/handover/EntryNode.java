package org.fdbox.daemon.handover;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Reason;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.PeerCredentials;

/// The node of one descriptor in a manifest: its fields, both ways.
final class EntryNode {

    static final String NAME = "name";
    static final String COMPATIBLE = "compatible";
    static final String SAME_AS = "sameAs";
    static final String LIVE = "live";
    /// Set on a node whose contents may be older than what was handed out: never to be restored.
    static final String SPENT = "spent";
    static final String REASON = "reason";
    static final String PROPERTIES = "properties";
    static final String PAYLOAD = "payload";
    private static final String PUTTER_UID = "putterUid";
    private static final String PUTTER_GID = "putterGid";
    private static final String PUTTER_GROUPS = "putterGroups";

    /// NGROUPS_MAX of the kernel (limits.h).
    private static final int MOST_GROUPS = 65_536;
    private static final PeerCredentials NOBODY = new PeerCredentials(0, 65_534, 65_534, Set.of());

    private EntryNode() {}

    /// What every node of a held entry begins with.
    static Map<String, Object> begin(Entry entry) {
        PeerCredentials putter = entry.putter();
        var node = new LinkedHashMap<String, Object>();
        node.put(NAME, entry.name());
        node.put(COMPATIBLE, entry.content().compatible());
        node.put(PUTTER_UID, Integer.toUnsignedLong(putter.uid()));
        node.put(PUTTER_GID, Integer.toUnsignedLong(putter.gid()));
        node.put(PUTTER_GROUPS,
                new TreeSet<>(putter.groups()).stream().map(Integer::toUnsignedLong).toList());
        node.put("putterPid", (long) putter.pid());
        node.put("putUSec", entry.putUSec());
        return node;
    }

    static Map<String, Object> live(Entry entry, Content.Kind kind) {
        Map<String, Object> node = begin(entry);
        node.put(LIVE, true);
        node.put(REASON, reason(kind));
        return node;
    }

    static String reason(Content.Kind kind) {
        return kind.reason() == null
                ? "a " + kind.name() + " survives only while somebody holds it open"
                : kind.reason();
    }

    static Map<String, Object> alias(Entry entry, String sameAs) {
        Map<String, Object> node = begin(entry);
        node.put(SAME_AS, sameAs);
        return node;
    }

    /// A text field, or null if it is missing or something else.
    static String text(Map<String, Object> node, String field) {
        return node.get(field) instanceof String text ? text : null;
    }

    static long number(Map<String, Object> node, String field, long otherwise) {
        return node.get(field) instanceof Long number ? number : otherwise;
    }

    /// The payload file that a node names, or null if it names none that can be one.
    static String payloadFile(Map<String, Object> node) {
        String file = text(Manifest.node(node.get(PAYLOAD)), "file");
        return file != null && PayloadFolder.isPayload(file) ? file : null;
    }

    /// A box whose own format this version does not know.
    static Reply.Left unknownBox(Map<String, Object> box) {
        return new Reply.Left(
                String.valueOf(text(box, NAME)),
                Optional.empty(),
                Optional.ofNullable(text(box, COMPATIBLE)),
                "this version does not know boxes of this kind; it is written again, unchanged, by every save");
    }

    /// Who put it. A node without a putter is the daemon's own business: root's, whom every right was given.
    static PeerCredentials putter(Map<String, Object> node) {
        if (putterFault(node).isPresent()) {
            return NOBODY;
        }
        int uid = (int) number(node, PUTTER_UID, 0);
        var groups = new HashSet<Integer>();
        if (node.get(PUTTER_GROUPS) instanceof List<?> list) {
            list.forEach(group -> groups.add(((Long) group).intValue()));
        }
        int pid = (int) number(node, "putterPid", 0);
        return new PeerCredentials(pid, uid, (int) number(node, PUTTER_GID, uid), groups);
    }

    /// What is wrong with the putter of a node, whose rights nobody can have then. A number must not become another one, least
    /// of all root's, by being too large.
    static Optional<String> putterFault(Map<String, Object> node) {
        for (String field : List.of(PUTTER_UID, PUTTER_GID)) {
            if (node.containsKey(field) && !isId(node.get(field))) {
                return Optional.of("its " + field + " in the manifest, "
                        + Reason.shortened(String.valueOf(node.get(field))) + ", is no user's or group's");
            }
        }
        Object groups = node.getOrDefault(PUTTER_GROUPS, List.of());
        if (!(groups instanceof List<?> list) || list.size() > MOST_GROUPS
                || !list.stream().allMatch(EntryNode::isId)) {
            return Optional.of("its " + PUTTER_GROUPS + " in the manifest are not at most " + MOST_GROUPS
                    + " numbers of groups");
        }
        return Optional.empty();
    }

    /// Of a user or a group; the largest number stands for none (chown(2)).
    static boolean isId(Object value) {
        return value instanceof Long id && id >= 0 && id < 0xffff_ffffL;
    }
}
