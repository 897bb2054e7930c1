package org.fdbox.cli.view;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.cli.text.Quantity;

/// The property of an entry that says most about it, in a few words. Which one that is follows from what its handler tells,
/// so that a handler from elsewhere is served as well.
public final class Detail {

    private Detail() {}

    /// @param properties as the daemon sent them: nothing about their shape is certain
    public static Optional<String> of(Map<String, Object> properties) {
        if (properties.get("waiting") instanceof Long waiting) {
            return Optional.of(
                    properties.getOrDefault("end", "some") + " end, " + Quantity.bytes(waiting) + " waiting");
        }
        if (properties.get("size") instanceof Long size) {
            return Optional.of(Quantity.bytes(size) + sealed(properties));
        }
        if (properties.containsKey("count")) {
            return Optional.of("count " + properties.get("count"));
        }
        if (properties.get("port") instanceof Long port && properties.get("address") instanceof String host) {
            return Optional.of(host.contains(":") ? "[" + host + "]:" + port : host + ":" + port);
        }
        if (properties.get("pid") instanceof Long pid) {
            return Optional.of(pid > 0 ? "process " + pid : "a process that ended or is not visible");
        }
        for (String name : List.of("address", "path", "type", "clock", "mask", "what", "queue")) {
            if (properties.get(name) instanceof String text) {
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }

    private static String sealed(Map<String, Object> properties) {
        if (properties.get("seals") instanceof List<?> seals && !seals.isEmpty()) {
            return ", sealed: " + String.join(" ", seals.stream().map(String::valueOf).toList());
        }
        return "";
    }
}
