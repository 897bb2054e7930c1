package org.fdbox.daemon.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a ledger says: the boxes and their entries, by name, each as its last node has it. Not thread-safe.
final class Registry {

    private final Map<String, Map<String, Object>> boxes = new LinkedHashMap<>();
    private final Map<String, Map<String, Map<String, Object>>> entries = new LinkedHashMap<>();

    void apply(Map<String, Object> node) {
        String box = Node.text(node, Node.BOX);
        boolean gone = Boolean.TRUE.equals(node.get(Node.GONE));
        if (node.get(Node.ENTRY) instanceof String entry) {
            Map<String, Map<String, Object>> there = entries.computeIfAbsent(box, _ -> new LinkedHashMap<>());
            if (gone) {
                there.remove(entry);
            } else {
                there.put(entry, node);
            }
        } else if (gone) {
            boxes.remove(box);
            entries.remove(box);
        } else {
            boxes.put(box, node);
        }
    }

    Iterable<Map<String, Object>> boxes() {
        return boxes.values();
    }

    Iterable<Map<String, Object>> entries(Map<String, Object> box) {
        return entries.getOrDefault(Node.text(box, Node.BOX), Map.of()).values();
    }

    /// All of it, as one change.
    List<Map<String, Object>> nodes() {
        var nodes = new ArrayList<Map<String, Object>>();
        for (Map<String, Object> box : boxes()) {
            nodes.add(box);
            entries(box).forEach(nodes::add);
        }
        return nodes;
    }
}
