package org.fdbox.daemon.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.fdbox.daemon.box.Access;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Provenance;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Name;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;

/// A change as the ledger has it, both ways.
final class Node {

    static final String BOX = "box";
    static final String ENTRY = "entry";
    static final String GONE = "gone";
    static final String FD = "fd";

    private Node() {}

    static Map<String, Object> of(Change change, Stored stored) {
        var node = new LinkedHashMap<String, Object>();
        node.put(BOX, change.box());
        switch (change) {
            case Change.BoxIs(_, var access, var createdUSec, var sealed) ->
                box(node, access, createdUSec, sealed);
            case Change.BoxGone _ -> node.put(GONE, true);
            case Change.EntryGone(_, var entry) -> {
                node.put(ENTRY, entry.name());
                node.put(GONE, true);
            }
            case Change.EntryIs(_, var entry) -> {
                node.put(ENTRY, entry.name());
                entry(node, entry, stored.id(entry));
            }
        }
        return node;
    }

    private static void box(Map<String, Object> node, Access access, long createdUSec, boolean sealed) {
        node.put("owner", Integer.toUnsignedLong(access.owner()));
        node.put("group", Integer.toUnsignedLong(access.group()));
        node.put("mode", "%04o".formatted(access.mode()));
        node.put("createdUSec", createdUSec);
        node.put("sealed", sealed);
    }

    /// An entry that nobody keeps is none.
    private static void entry(Map<String, Object> node, Entry entry, OptionalInt id) {
        if (id.isEmpty() || !(entry.content() instanceof Content.Held(_, var kind))) {
            node.put(GONE, true);
            return;
        }
        node.put(FD, Ids.name(id.getAsInt()));
        node.put("compatible", kind.compatible());
        node.put("kind", kind.name());
        node.put("survival", kind.survival().name());
        if (kind.reason() != null) {
            node.put("reason", kind.reason());
        }
        node.put("mayBlock", kind.mayBlock());
        node.putAll(Provenance.fields(entry));
    }

    /// The name of a box or an entry.
    ///
    /// @throws IllegalArgumentException if there is none, or none that it may have
    static String name(Map<String, Object> node, String field) {
        try {
            return Name.check(required(node, field));
        } catch (Refused.InvalidName bad) {
            throw new IllegalArgumentException(bad.getMessage(), bad);
        }
    }

    /// A number that is too large must not become another one's, least of all root's.
    ///
    /// @throws IllegalArgumentException if the node does not say it, or not as it can be
    static Access access(Map<String, Object> box) {
        String mode = required(box, "mode");
        if (!mode.matches("0?[0-7]{3}") || !Provenance.isId(box.get("owner"))
                || !Provenance.isId(box.get("group"))) {
            throw new IllegalArgumentException(
                    "box \"" + box.get(BOX) + "\" has no proper owner, group or mode");
        }
        return new Access((int) number(box, "owner"), (int) number(box, "group"), Integer.parseInt(mode, 8));
    }

    static long createdUSec(Map<String, Object> box) {
        return number(box, "createdUSec");
    }

    static boolean isSealed(Map<String, Object> box) {
        return Boolean.TRUE.equals(box.get("sealed"));
    }

    /// @param fd belongs to the entry
    /// @throws IllegalArgumentException if the node does not say all that an entry is
    static Entry entry(Map<String, Object> node, OwnedFd fd) {
        var kind = new Content.Kind(
                required(node, "compatible"), required(node, "kind"),
                Survival.valueOf(required(node, "survival")),
                node.get("reason") instanceof String reason ? reason : null,
                Boolean.TRUE.equals(node.get("mayBlock")));
        return new Entry(name(node, ENTRY), new Content.Held(fd, kind), Provenance.putter(node),
                Provenance.putUSec(node));
    }

    private static String required(Map<String, Object> node, String field) {
        if (node.get(field) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("there is no " + field + " where one must be");
    }

    static String text(Map<String, Object> node, String field) {
        return String.valueOf(node.get(field));
    }

    private static long number(Map<String, Object> node, String field) {
        return (Long) node.get(field);
    }
}
