package org.fdbox.daemon.handover;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Provenance;
import org.fdbox.protocol.Reply;

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

    private EntryNode() {}

    /// What every node of a held entry begins with.
    static Map<String, Object> begin(Entry entry) {
        var node = new LinkedHashMap<String, Object>();
        node.put(NAME, entry.name());
        node.put(COMPATIBLE, entry.content().compatible());
        node.putAll(Provenance.fields(entry));
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

    /// Whether a node says where contents are, and not whose they share.
    static boolean hasContents(Map<String, Object> node) {
        return payloadFile(node) != null || KeptPayload.isKept(Manifest.node(node.get(PAYLOAD)));
    }

    /// A box whose own format this version does not know.
    static Reply.Left unknownBox(Map<String, Object> box) {
        return new Reply.Left(
                String.valueOf(text(box, NAME)),
                Optional.empty(),
                Optional.ofNullable(text(box, COMPATIBLE)),
                "this version does not know boxes of this kind; it is written again, unchanged, by every save");
    }
}
