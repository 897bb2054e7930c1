package org.fdbox.daemon.handover;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What a save writes anew may be the same open file as something that still waits: one name was made again, and another was
/// not, for want of descriptor numbers for example. Both keep the `description` (and the `inode`) by which they are known to be
/// one. What waits says `sameAs` besides, so that it comes back as the other; its own contents count only where the other is
/// gone. One object a save.
final class Ties {

    private final Set<Map<String, Object>> anew = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<String, String> byDescription = new HashMap<>();

    /// The node of a held entry, with what it has in common with others.
    ///
    /// @param tie as [Earlier#tie] has it
    Map<String, Object> kept(String box, Map<String, Object> node, Map<String, Object> tie) {
        node.putAll(tie);
        anew.add(node);
        if (tie.get(Descriptions.DESCRIPTION) instanceof String description) {
            byDescription.put(description, box + "/" + EntryNode.text(node, EntryNode.NAME));
        }
        return node;
    }

    /// The box with those of its nodes tied that wait for what another one is. To be called when all boxes are there.
    Map<String, Object> bound(Map<String, Object> box) {
        if (byDescription.isEmpty()) {
            return box;
        }
        var nodes = new ArrayList<Map<String, Object>>();
        for (Map<String, Object> node : Manifest.nodes(box.get("fds"))) {
            nodes.add(boundNode(node));
        }
        var whole = new LinkedHashMap<>(box);
        whole.computeIfPresent("fds", (_, _) -> nodes);
        return whole;
    }

    private Map<String, Object> boundNode(Map<String, Object> node) {
        String held = byDescription.get(EntryNode.text(node, Descriptions.DESCRIPTION));
        if (held == null || anew.contains(node) || node.containsKey(EntryNode.SPENT)
                || node.containsKey(EntryNode.SAME_AS)) {
            return node;
        }
        var bound = new LinkedHashMap<>(node);
        bound.put(EntryNode.SAME_AS, held);
        return bound;
    }
}
