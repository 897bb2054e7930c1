package org.fdbox.daemon.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Nodes;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.OwnedFd;

/// A change as the ledger has it, both ways: the nodes of [Nodes] with an id of what is stored, and those of what is gone.
final class Node {

    static final String BOX = Nodes.BOX;
    static final String ENTRY = Nodes.ENTRY;
    static final String GONE = "gone";
    static final String FD = "fd";

    private static final Set<String> ADDED = Set.of(FD, GONE);

    private Node() {}

    static Map<String, Object> of(Change change, Stored stored) {
        return switch (change) {
            case Change.BoxIs box -> Nodes.of(box);
            case Change.BoxGone(var box) -> gone(box);
            case Change.EntryGone(var box, var entry) -> gone(box, entry);
            case Change.EntryIs(var box, var entry) -> entry(box, entry, stored.id(entry));
        };
    }

    private static Map<String, Object> gone(String box) {
        var node = new LinkedHashMap<String, Object>();
        node.put(BOX, box);
        node.put(GONE, true);
        return node;
    }

    private static Map<String, Object> gone(String box, Entry entry) {
        var node = new LinkedHashMap<String, Object>();
        node.put(BOX, box);
        node.put(ENTRY, entry.name());
        node.put(GONE, true);
        return node;
    }

    /// An entry that nobody keeps is none, and one that waits to be made again is the state directory's. What was saved of it
    /// before is there too.
    private static Map<String, Object> entry(String box, Entry entry, OptionalInt id) {
        if (id.isEmpty() || entry.content() instanceof Content.Pending) {
            return gone(box, entry);
        }
        Map<String, Object> node = Nodes.of(box, entry);
        node.remove(Nodes.SAVED);
        node.put(FD, Ids.name(id.getAsInt()));
        return node;
    }

    static Change.BoxIs box(Map<String, Object> node) throws Malformed {
        return Nodes.box(node, ADDED);
    }

    /// @param fd the entry's from now on, or the caller's if this throws
    static Entry entry(Map<String, Object> node, OwnedFd fd) throws Malformed {
        return Nodes.entry(node, fd, ADDED);
    }

    static String text(Map<String, Object> node, String field) {
        return String.valueOf(node.get(field));
    }
}
