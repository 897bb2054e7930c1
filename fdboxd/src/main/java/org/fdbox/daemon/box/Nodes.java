package org.fdbox.daemon.box;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Name;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;

/// Boxes and entries as plain values, for another process of this or another version: all of them but the descriptors. What this
/// version does not know of a node stays with the box or entry that is made of it, and is written again with it.
public final class Nodes {

    /// The name of the box.
    public static final String BOX = "box";
    /// The name of the entry.
    public static final String ENTRY = "entry";
    /// What saves write of an entry as it is ([Entry#saved], [Content.Pending#saved]).
    public static final String SAVED = "saved";

    private static final String OWNER = "owner";
    private static final String GROUP = "group";
    private static final String MODE = "mode";
    /// Only where it is so.
    private static final String GIVEN = "given";
    private static final String CREATED = "createdUSec";
    private static final String SEALED = "sealed";
    private static final String WITHHELD = "withheld";
    private static final String COMPATIBLE = "compatible";
    private static final String KIND = "kind";
    private static final String SURVIVAL = "survival";
    private static final String REASON = "reason";
    private static final String MAY_BLOCK = "mayBlock";
    /// Why it waits; only a pending entry has it.
    private static final String PENDING = "pending";

    private static final Set<String> OF_A_BOX =
            Set.of(BOX, OWNER, GROUP, MODE, GIVEN, CREATED, SEALED, WITHHELD);
    private static final Set<String> OF_AN_ENTRY = Stream.concat(Provenance.FIELDS.stream(),
            Stream.of(BOX, ENTRY, SAVED, COMPATIBLE, KIND, SURVIVAL, REASON, MAY_BLOCK, PENDING))
            .collect(Collectors.toUnmodifiableSet());

    private Nodes() {}

    /// @return may be added to
    public static Map<String, Object> of(Change.BoxIs box) {
        var node = new LinkedHashMap<String, Object>();
        node.put(BOX, box.box());
        access(node, box.access());
        node.put(CREATED, box.createdUSec());
        node.put(SEALED, box.sealed());
        box.withheld().ifPresent(why -> {
            var withheld = new LinkedHashMap<String, Object>();
            access(withheld, why.saved());
            withheld.put(REASON, why.reason());
            node.put(WITHHELD, withheld);
        });
        node.putAll(box.extra());
        return node;
    }

    private static void access(Map<String, Object> node, Access access) {
        node.put(OWNER, Integer.toUnsignedLong(access.owner()));
        node.put(GROUP, Integer.toUnsignedLong(access.group()));
        // Four digits.
        node.put(MODE, Integer.toOctalString(010000 | access.mode()).substring(1));
        if (access.given()) {
            node.put(GIVEN, true);
        }
    }

    /// @param box its name
    /// @return may be added to
    public static Map<String, Object> of(String box, Entry entry) {
        var node = new LinkedHashMap<String, Object>();
        node.put(BOX, box);
        node.put(ENTRY, entry.name());
        switch (entry.content()) {
            case Content.Held(_, var kind) -> {
                kind(node, kind);
                entry.saved().ifPresent(saved -> node.put(SAVED, saved));
            }
            case Content.Pending(var compatible, var reason, var saved) -> {
                node.put(COMPATIBLE, compatible);
                node.put(PENDING, reason);
                node.put(SAVED, saved);
            }
        }
        Provenance.write(node, entry);
        node.putAll(entry.extra());
        return node;
    }

    private static void kind(Map<String, Object> node, Content.Kind kind) {
        node.put(COMPATIBLE, kind.compatible());
        node.put(KIND, kind.name());
        node.put(SURVIVAL, kind.survival().name());
        if (kind.reason() != null) {
            node.put(REASON, kind.reason());
        }
        node.put(MAY_BLOCK, kind.mayBlock());
    }

    /// What [#of(Change.BoxIs)] was made of.
    ///
    /// @param added fields that belong to whoever carries the node, and not to the box
    /// @throws Malformed if it is no box
    public static Change.BoxIs box(Map<String, Object> node, Set<String> added) throws Malformed {
        try {
            Optional<Withheld> withheld = Optional.ofNullable(object(node, WITHHELD))
                    .map(why -> new Withheld(access(why), text(why, REASON)));
            return new Change.BoxIs(name(node, BOX), access(node), (Long) node.get(CREATED),
                    Boolean.TRUE.equals(node.get(SEALED)), withheld, extra(node, OF_A_BOX, added));
        } catch (ClassCastException | NullPointerException | IllegalArgumentException inconsistent) {
            throw new Malformed("this makes no box: " + node + ": " + inconsistent);
        }
    }

    private static Access access(Map<String, Object> node) {
        return new Access(id(node, OWNER), id(node, GROUP), mode(node), Boolean.TRUE.equals(node.get(GIVEN)));
    }

    private static int id(Map<String, Object> node, String field) {
        if (!Provenance.isId(node.get(field))) {
            throw new IllegalArgumentException("its " + field + " is no user's or group's");
        }
        return ((Long) node.get(field)).intValue();
    }

    /// Whether a node is of an entry that waits to be made again, and so has no descriptor.
    public static boolean isPending(Map<String, Object> node) {
        return node.get(PENDING) instanceof String;
    }

    /// What [#of(String, Entry)] was made of.
    ///
    /// @param fd the entry's from now on, or the caller's if this throws; null of one that [is pending][#isPending]
    /// @param added fields that belong to whoever carries the node, and not to the entry
    /// @throws Malformed if it is no entry
    public static Entry entry(Map<String, Object> node, OwnedFd fd, Set<String> added) throws Malformed {
        try {
            boolean pending = isPending(node);
            if (pending == (fd != null)) {
                throw new IllegalArgumentException("what is held has a descriptor, and nothing else has");
            }
            Content content = pending
                    ? new Content.Pending(text(node, COMPATIBLE), text(node, PENDING),
                            object(node, SAVED))
                    : new Content.Held(fd, kind(node));
            var entry = new Entry(name(node, ENTRY), content, Provenance.putter(node),
                    Provenance.putUSec(node), extra(node, OF_AN_ENTRY, added));
            Map<String, Object> saved = object(node, SAVED);
            return pending || saved == null ? entry : entry.savedAs(saved);
        } catch (ClassCastException | NullPointerException | IllegalArgumentException inconsistent) {
            throw new Malformed("this makes no entry: " + node + ": " + inconsistent);
        }
    }

    private static Content.Kind kind(Map<String, Object> node) {
        return new Content.Kind(text(node, COMPATIBLE), text(node, KIND),
                Survival.valueOf(text(node, SURVIVAL)), (String) node.get(REASON),
                Boolean.TRUE.equals(node.get(MAY_BLOCK)));
    }

    /// One that it may have.
    private static String name(Map<String, Object> node, String field) {
        try {
            return Name.check(text(node, field));
        } catch (Refused.InvalidName bad) {
            throw new IllegalArgumentException(bad.getMessage(), bad);
        }
    }

    private static int mode(Map<String, Object> node) {
        String mode = text(node, MODE);
        if (!mode.matches("0?[0-7]{3}")) {
            throw new IllegalArgumentException("its mode is no three octal digits");
        }
        return Integer.parseInt(mode, 8);
    }

    private static String text(Map<String, Object> node, String field) {
        if (node.get(field) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("it has no " + field);
    }

    /// Null if it is not there.
    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Map<String, Object> node, String field) {
        return (Map<String, Object>) node.get(field);
    }

    /// What is in neither set, which is hardly ever anything.
    private static Map<String, Object> extra(Map<String, Object> node, Set<String> known,
            Set<String> added) {
        Map<String, Object> extra = Map.of();
        for (Map.Entry<String, Object> field : node.entrySet()) {
            String name = field.getKey();
            if (!known.contains(name) && !added.contains(name)) {
                extra = extra.isEmpty() ? new LinkedHashMap<>() : extra;
                extra.put(name, field.getValue());
            }
        }
        return extra;
    }
}
