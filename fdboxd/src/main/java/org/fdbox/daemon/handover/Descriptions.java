package org.fdbox.daemon.handover;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes every node of a manifest stand for itself. `sameAs` names another node of the same save, and that name may mean another
/// file by the time of the next one; so it is resolved as soon as a manifest is read or written: the node gets what its
/// original says, and both get a `description` by which, as long as both are there, they are known to be one open file. In the same
/// way `sharedWith` names another opening of the same inode, and both get an `inode`.
final class Descriptions {

    static final String DESCRIPTION = "description";
    static final String INODE = "inode";
    private static final List<String> OF_THE_ORIGINAL = List.of(
            EntryNode.COMPATIBLE, EntryNode.PROPERTIES, EntryNode.PAYLOAD, EntryNode.LIVE, EntryNode.REASON,
            EntryNode.SPENT, DESCRIPTION, INODE);

    private final String save;
    private final Map<String, Map<String, Object>> originals = new HashMap<>();
    /// The nodes of the originals: a name that stands twice means the first.
    private final Map<Map<String, Object>, String> firsts = new IdentityHashMap<>();
    private final Set<String> shared = new HashSet<>();
    private final Set<String> inodes = new HashSet<>();

    private Descriptions(String save) {
        this.save = save;
    }

    /// The same boxes, without `sameAs` and `sharedWith` but for those that lead nowhere.
    ///
    /// @param save names the save that wrote them, unlike any other, also of another directory
    static List<Map<String, Object>> resolve(String save, List<Map<String, Object>> boxes) {
        var descriptions = new Descriptions(save);
        boxes.forEach(descriptions::collect);
        descriptions.shareInodes();
        return boxes.stream().map(descriptions::resolved).toList();
    }

    /// The descriptions and inodes of which one entry may have been handed out: what is saved of the others may be older than that.
    ///
    /// @param boxes resolved
    static Set<String> spent(Collection<Map<String, Object>> boxes, Journal journal) {
        var spent = new HashSet<String>();
        for (Map<String, Object> box : boxes) {
            String boxName = EntryNode.text(box, EntryNode.NAME);
            for (Map<String, Object> node : Manifest.nodes(box.get("fds"))) {
                String name = String.valueOf(EntryNode.text(node, EntryNode.NAME));
                boolean isShared = node.containsKey(DESCRIPTION) || node.containsKey(INODE);
                if (isShared && journal.isHandedOut(boxName, name)) {
                    shared(node).forEach(spent::add);
                }
            }
        }
        return spent;
    }

    static boolean isSpent(Map<String, Object> node, Set<String> spent) {
        return shared(node).anyMatch(spent::contains);
    }

    /// What a node has in common with others: they come back together or not at all.
    static Stream<String> shared(Map<String, Object> node) {
        return Stream.of(DESCRIPTION, INODE).map(field -> EntryNode.text(node, field))
                .filter(Objects::nonNull);
    }

    /// The fields by which a node is known to have something in common with others.
    static Map<String, Object> tie(Map<String, Object> node) {
        var tie = new LinkedHashMap<String, Object>();
        for (String field : List.of(DESCRIPTION, INODE)) {
            if (node.get(field) instanceof String id) {
                tie.put(field, id);
            }
        }
        return tie;
    }

    /// How many of these nodes have it in common.
    static Map<String, Long> sizes(Stream<Map<String, Object>> nodes) {
        return nodes.flatMap(Descriptions::shared)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
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
                String path = name + "/" + EntryNode.text(node, EntryNode.NAME);
                if (originals.putIfAbsent(path, node) == null) {
                    firsts.put(node, path);
                }
            }
        }
    }

    /// Before descriptions are resolved, since an alias gets the payload of its original.
    private void shareInodes() {
        for (Map.Entry<String, Map<String, Object>> sharing : originals.entrySet()) {
            Map<String, Object> node = sharing.getValue();
            Object sharedWith = Manifest.node(node.get(EntryNode.PAYLOAD)).get(Payload.SHARED_WITH);
            if (sharedWith == null) {
                continue;
            }
            String path = absolute(sharing.getKey().substring(0, sharing.getKey().indexOf('/')), sharedWith);
            Map<String, Object> owner = originals.get(path);
            if (owner != null && EntryNode.hasContents(owner)) {
                var whole = new LinkedHashMap<>(node);
                whole.put(EntryNode.PAYLOAD, owner.get(EntryNode.PAYLOAD));
                whole.put(INODE, inode(owner, path));
                sharing.setValue(whole);
                inodes.add(path);
            }
        }
        for (String path : inodes) {
            var owner = new LinkedHashMap<>(originals.get(path));
            owner.put(INODE, inode(owner, path));
            originals.put(path, owner);
        }
    }

    /// One that it had before ties it to what still waits.
    private String inode(Map<String, Object> owner, String path) {
        return Objects.requireNonNullElse(EntryNode.text(owner, INODE), save + "/" + path);
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
            Map<String, Object> known = firsts.containsKey(node) ? originals.get(path) : node;
            return shared.contains(path) ? described(known, path) : known;
        }
        path = original(box, node);
        Map<String, Object> original = originals.get(path);
        var whole = new LinkedHashMap<>(node);
        whole.remove(EntryNode.SAME_AS);
        if (original == null) {
            // What waited when it was saved says itself what it is.
            return whole.containsKey(EntryNode.COMPATIBLE) ? whole : node;
        }
        for (String field : OF_THE_ORIGINAL) {
            whole.remove(field);
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
        return absolute(box, node.get(EntryNode.SAME_AS));
    }

    private static String absolute(String box, Object reference) {
        String text = String.valueOf(reference);
        return text.indexOf('/') >= 0 ? text : box + "/" + text;
    }
}
