package org.fdbox.daemon.handover;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fdbox.daemon.box.Access;
import org.fdbox.daemon.box.Look;
import org.fdbox.daemon.box.Provenance;
import org.fdbox.protocol.BoxInfo;

/// The node of a box in the manifest: its access, both ways, and the rest.
final class BoxNode {

    private BoxNode() {}

    /// @param nodes of its entries
    /// @param unknown fields of an earlier handover
    static Map<String, Object> of(Look look, List<Map<String, Object>> nodes,
            Map<String, Object> unknown) {
        BoxInfo info = look.box();
        Access access = look.accessToSave();
        var head = new LinkedHashMap<String, Object>();
        head.put("compatible", Manifest.BOX_COMPATIBLE);
        head.put("name", info.name());
        head.put("owner", Integer.toUnsignedLong(access.owner()));
        head.put("group", Integer.toUnsignedLong(access.group()));
        head.put("mode", "%04o".formatted(access.mode()));
        head.put("createdUSec", info.createdUSec());
        if (access.given()) {
            head.put("given", true);
        }
        head.putAll(unknown);
        head.put("fds", nodes);
        return head;
    }

    /// A box whose access cannot be read is root's alone.
    static Access access(Map<String, Object> head) {
        String mode = EntryNode.text(head, "mode");
        boolean readable = mode != null && mode.matches("0?[0-7]{3}")
                && Provenance.isId(head.get("owner")) && Provenance.isId(head.get("group"));
        return readable
                ? new Access(id(head, "owner"), id(head, "group"), Integer.parseInt(mode, 8),
                        Boolean.TRUE.equals(head.get("given")))
                : new Access(0, 0, 0700);
    }

    private static int id(Map<String, Object> head, String field) {
        return (int) EntryNode.number(head, field, 0);
    }
}
