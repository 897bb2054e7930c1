package org.fdbox.daemon.handover;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes every node of a manifest stand for itself. `sameAs` names another node of the same save, and that name may mean another
/// file by the time of the next one; so it is resolved as soon as a manifest is read or written: the node gets what its
/// original says, and both get a `description` by which, as long as both are there, they are known to be one open file.
final class Descriptions {

    static final String DESCRIPTION = "description";
    private static final List<String> OF_THE_ORIGINAL = List.of(
            EntryNode.COMPATIBLE, EntryNode.PROPERTIES, EntryNode.PAYLOAD, EntryNode.LIVE, EntryNode.REASON,
            EntryNode.SPENT, DESCRIPTION);

    private final String save;
    private final Map<String, Map<String, Object>> originals = new HashMap<>();
    private final Set<String> shared = new HashSet<>();

    private Descriptions(String save) {
        this.save = save;
    }

    /// The same boxes, without `sameAs` but for those that lead nowhere.
    ///
    /// @param save names the save that wrote them, unlike any other, also of another directory
    static List<Map<String, Object>> resolve(String save, List<Map<String, Object>> boxes) {
        var descriptions = new Descriptions(save);
        boxes.forEach(descriptions::collect);
        return boxes.stream().map(descriptions::resolved).toList();
    }

    /// The descriptions of which one entry may have been handed out: what is saved of the others may be older than that.
    ///
    /// @param boxes resolved
    static Set<String> spent(Collection<Map<String, Object>> boxes, Journal journal) {
        var spent = new HashSet<String>();
        for (Map<String, Object> box : boxes) {
            String boxName = EntryNode.text(box, EntryNode.NAME);
            for (Map<String, Object> node : Manifest.nodes(box.get("fds"))) {
                String description = EntryNode.text(node, DESCRIPTION);
                String name = String.valueOf(EntryNode.text(node, EntryNode.NAME));
                if (description != null && journal.isHandedOut(boxName, name)) {
                    spent.add(description);
                }
            }
        }
        return spent;
    }

    /// Such a node: the mark stays with it through every later save, since the journal's marks do not.
    static Map<String, Object> markSpent(Map<String, Object> node) {
        var marked = new LinkedHashMap<>(node);
        marked.put(EntryNode.SPENT, true);
        return marked;
    }

    private void collect(Map<String, Object> box) {
        String name = EntryNode.text(box, EntryNode.NAME);
        for (Map<String, Object> node : Manifest.nodes(box.get("fds"))) {
            if (node.containsKey(EntryNode.SAME_AS)) {
                shared.add(original(name, node));
            } else {
                originals.putIfAbsent(name + "/" + EntryNode.text(node, EntryNode.NAME), node);
            }
        }
    }

    private Map<String, Object> resolved(Map<String, Object> box) {
        if (!Manifest.BOX_COMPATIBLE.equals(EntryNode.text(box, EntryNode.COMPATIBLE))) {
            return box;
        }
        String name = EntryNode.text(box, EntryNode.NAME);
        var nodes = new ArrayList<Map<String, Object>>();
        for (Map<String, Object> node : Manifest.nodes(box.get("fds"))) {
            nodes.add(resolved(name, node));
        }
        var whole = new LinkedHashMap<>(box);
        whole.put("fds", nodes);
        return whole;
    }

    private Map<String, Object> resolved(String box, Map<String, Object> node) {
        String path = box + "/" + EntryNode.text(node, EntryNode.NAME);
        if (!node.containsKey(EntryNode.SAME_AS)) {
            return shared.contains(path) ? described(node, path) : node;
        }
        path = original(box, node);
        Map<String, Object> original = originals.get(path);
        if (original == null) {
            return node;
        }
        var whole = new LinkedHashMap<>(node);
        whole.remove(EntryNode.SAME_AS);
        for (String field : OF_THE_ORIGINAL) {
            if (original.containsKey(field)) {
                whole.put(field, original.get(field));
            }
        }
        return described(whole, path);
    }

    private Map<String, Object> described(Map<String, Object> node, String path) {
        var whole = new LinkedHashMap<>(node);
        whole.putIfAbsent(DESCRIPTION, save + "/" + path);
        return whole;
    }

    private static String original(String box, Map<String, Object> node) {
        String sameAs = String.valueOf(node.get(EntryNode.SAME_AS));
        return sameAs.indexOf('/') >= 0 ? sameAs : box + "/" + sameAs;
    }
}
