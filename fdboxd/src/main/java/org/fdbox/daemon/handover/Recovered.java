package org.fdbox.daemon.handover;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Reply.Left;

/// What became of the handover that the last start from files found: a successor that takes over alive is told, since it goes on
/// telling it, and does not restore it again.
///
/// @param lost what could not be brought back, with the reason
/// @param carried names of boxes that are only carried along
public record Recovered(int boxes, int entries, List<Left> lost, Set<String> carried) {

    private static final String BOXES = "recoveredBoxes";
    private static final String ENTRIES = "recoveredEntries";
    private static final String LOST = "lost";
    private static final String CARRIED = "carried";
    private static final String BOX = "box";
    private static final String NAME = "name";
    private static final String COMPATIBLE = "compatible";
    private static final String REASON = "reason";

    static final Recovered NOTHING = new Recovered(0, 0, List.of(), Set.of());

    /// As plain values.
    public Map<String, Object> node() {
        var node = new LinkedHashMap<String, Object>();
        node.put(BOXES, (long) boxes);
        node.put(ENTRIES, (long) entries);
        node.put(LOST, lost.stream().map(Recovered::node).toList());
        node.put(CARRIED, List.copyOf(new TreeSet<>(carried)));
        return node;
    }

    private static Map<String, Object> node(Left left) {
        var node = new LinkedHashMap<String, Object>();
        node.put(BOX, left.box());
        left.name().ifPresent(name -> node.put(NAME, name));
        left.compatible().ifPresent(compatible -> node.put(COMPATIBLE, compatible));
        node.put(REASON, left.reason());
        return node;
    }

    /// What [#node()] was made of.
    ///
    /// @throws Malformed if it makes no sense
    public static Recovered of(Map<String, Object> node) throws Malformed {
        try {
            var lost = new ArrayList<Left>();
            for (Map<String, Object> left : Manifest.nodes(node.get(LOST))) {
                lost.add(new Left(String.valueOf(left.get(BOX)),
                        Optional.ofNullable(EntryNode.text(left, NAME)),
                        Optional.ofNullable(EntryNode.text(left, COMPATIBLE)),
                        String.valueOf(left.get(REASON))));
            }
            var carried = new TreeSet<String>();
            ((List<?>) node.get(CARRIED)).forEach(name -> carried.add((String) name));
            return new Recovered(Math.toIntExact((Long) node.get(BOXES)),
                    Math.toIntExact((Long) node.get(ENTRIES)), List.copyOf(lost), Set.copyOf(carried));
        } catch (ClassCastException | NullPointerException | ArithmeticException inconsistent) {
            throw new Malformed("this says nothing of a recovery: " + node + ": " + inconsistent);
        }
    }
}
