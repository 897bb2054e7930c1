package org.fdbox.daemon.handover;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Malformed;

/// The manifest of a handover, in the shape of the FDBox device tree: the head, a node for each box, and in it a node for each
/// descriptor. Nodes stay as they were read, so that what this version does not know is written again unchanged.
///
/// Its last field is the CRC32C of all bytes before that field.
///
/// @param generation counts the handovers of a state directory
/// @param boxes a node each
/// @param unknown fields that this version does not know
public record Manifest(
        long generation,
        String writtenBy,
        long savedUSec,
        String bootId,
        List<Map<String, Object>> boxes,
        Map<String, Object> unknown) {

    static final String COMPATIBLE = "fdbox-v1";
    static final String BOX_COMPATIBLE = "fdbox,box-v1";
    private static final Set<String> FIELDS =
            Set.of("compatible", "generation", "writtenBy", "savedUSec", "bootId", "boxes", "crc32c");
    /// No daemon lives to see it, and the next one can still be counted.
    private static final long LAST_GENERATION = 1L << 62;
    private static final byte[] CHECKSUM_FIELD = "\"crc32c\":\"".getBytes(StandardCharsets.US_ASCII);

    /// @param acceptEdited whether a wrong checksum is passed over
    /// @throws Malformed if it is not a manifest of this format, or not as it was written
    static Manifest read(byte[] bytes, boolean acceptEdited) throws Malformed {
        Map<String, Object> root = Json.readObject(bytes);
        if (!COMPATIBLE.equals(root.get("compatible"))) {
            throw new Malformed(
                    "it is \"" + root.get("compatible") + "\", and this version reads " + COMPATIBLE
                            + "; start the version that wrote it, or a newer one");
        }
        if (!acceptEdited) {
            requireChecksum(bytes, root.get("crc32c"));
        }
        if (!(root.get("generation") instanceof Long generation)
                || !(root.get("boxes") instanceof List<?> list)) {
            throw new Malformed("it has no generation or no boxes");
        }
        if (generation < 0 || generation > LAST_GENERATION) {
            throw new Malformed("its generation is " + generation + " and must be from 0 to "
                    + LAST_GENERATION + "; mend it, and start fdboxd with --accept-edited");
        }
        return new Manifest(
                generation,
                String.valueOf(root.get("writtenBy")),
                root.get("savedUSec") instanceof Long time ? time : 0,
                String.valueOf(root.get("bootId")),
                nodes(list),
                without(root, FIELDS));
    }

    /// What this version does not know of a node.
    static Map<String, Object> without(Map<String, Object> node, Set<String> known) {
        var unknown = new LinkedHashMap<>(node);
        unknown.keySet().removeAll(known);
        return unknown;
    }

    private static void requireChecksum(byte[] bytes, Object stated) throws Malformed {
        int field = lastIndexOf(bytes, CHECKSUM_FIELD);
        boolean last = field >= 0
                && new String(bytes, field, bytes.length - field, StandardCharsets.ISO_8859_1)
                        .matches("\"crc32c\":\"[0-9a-f]{8}\"}\\s*");
        if (!last || !(stated instanceof String text)) {
            throw new Malformed("it has no checksum at its end" + HOW_TO_ACCEPT);
        }
        String found = checksum(bytes, field);
        if (!found.equals(text)) {
            throw new Malformed("its checksum is " + found + " and should be " + text + HOW_TO_ACCEPT);
        }
    }

    private static final String HOW_TO_ACCEPT =
            ": it was damaged, or edited by hand; if you edited it, start fdboxd with --accept-edited";

    private static int lastIndexOf(byte[] bytes, byte[] sought) {
        for (int at = bytes.length - sought.length; at >= 0; at--) {
            if (Arrays.equals(bytes, at, at + sought.length, sought, 0, sought.length)) {
                return at;
            }
        }
        return -1;
    }

    private static String checksum(byte[] bytes, int count) {
        var crc = new CRC32C();
        crc.update(bytes, 0, count);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /// The nodes of a list; what is no object is an empty node, which the reader will say is malformed.
    static List<Map<String, Object>> nodes(Object list) {
        var nodes = new ArrayList<Map<String, Object>>();
        if (list instanceof List<?> elements) {
            elements.forEach(element -> nodes.add(node(element)));
        }
        return nodes;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> node(Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    byte[] write() {
        var root = new LinkedHashMap<String, Object>();
        root.put("compatible", COMPATIBLE);
        root.put("generation", generation);
        root.put("writtenBy", writtenBy);
        root.put("savedUSec", savedUSec);
        root.put("bootId", bootId);
        root.put("boxes", boxes);
        root.putAll(unknown);
        byte[] open = Json.write(root);
        // The closing brace makes room for the checksum.
        open[open.length - 1] = ',';
        String field = "\"crc32c\":\"" + checksum(open, open.length) + "\"}\n";
        byte[] tail = field.getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = Arrays.copyOf(open, open.length + tail.length);
        System.arraycopy(tail, 0, bytes, open.length, tail.length);
        return bytes;
    }
}
