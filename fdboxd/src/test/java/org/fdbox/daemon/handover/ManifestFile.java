package org.fdbox.daemon.handover;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.fdbox.protocol.Json;

/// The manifest of a folder as plain values, to look at and to change. What is written back has a right
/// checksum.
final class ManifestFile {

    private ManifestFile() {}

    static Path in(Path folder) {
        return folder.resolve("state/handover.json");
    }

    static Map<String, Object> read(Path file) throws Exception {
        return Json.readObject(Files.readAllBytes(file));
    }

    static void edit(Path file, Consumer<Map<String, Object>> change) throws Exception {
        Map<String, Object> root = read(file);
        change.accept(root);
        Files.write(file, Manifest.read(Json.write(root), true).write());
    }

    /// The node of a box, to be changed in place.
    static Map<String, Object> box(Map<String, Object> root, String name) {
        return named(root.get("boxes"), name);
    }

    /// The node of an entry, to be changed in place.
    static Map<String, Object> entry(Map<String, Object> root, String box, String name) {
        return named(box(root, box).get("fds"), name);
    }

    private static Map<String, Object> named(Object list, String name) {
        return Manifest.nodes(list).stream().filter(node -> name.equals(node.get("name"))).findFirst()
                .orElseThrow();
    }

    /// A box that no version knows, with one entry.
    static Map<String, Object> strangeBox(String name) {
        var box = new LinkedHashMap<String, Object>();
        box.put("compatible", "other,box-v9");
        box.put("name", name);
        box.put("colour", List.of("blue", 7L));
        box.put("fds", List.of(Map.of("name", "e", "compatible", "other,thing-v1", "note", "keep me")));
        return box;
    }

    @SuppressWarnings("unchecked")
    static void addBox(Map<String, Object> root, Map<String, Object> box) {
        ((List<Object>) root.get("boxes")).add(box);
    }
}
