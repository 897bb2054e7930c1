package org.fdbox.daemon;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fdbox.daemon.handover.HandlerRegistry;

/// One object of the file. Faults are collected, and the default stands in meanwhile.
final class Keys {

    private final Map<String, Object> values;
    private final String prefix;
    private final List<String> faults;
    private final Set<String> known = new TreeSet<>();

    Keys(Map<String, Object> values, String prefix, List<String> faults) {
        this.values = values;
        this.prefix = prefix;
        this.faults = faults;
    }

    private Object value(String key) {
        known.add(key);
        return values.get(key);
    }

    void fault(String key, String must) {
        faults.add("\"" + prefix + key + "\" must be " + must);
    }

    Optional<String> string(String key) {
        return switch (value(key)) {
            case null -> Optional.empty();
            case String text -> Optional.of(text);
            default -> {
                fault(key, "a string");
                yield Optional.empty();
            }
        };
    }

    /// Of this system, by name or number.
    Optional<String> group(String key) {
        Optional<String> group = string(key);
        if (group.isPresent()) {
            var groups = FileSystems.getDefault().getUserPrincipalLookupService();
            try {
                groups.lookupPrincipalByGroupName(group.get());
            } catch (IOException absent) {
                fault(key, "a group of this system, and \"" + group.get() + "\" is none");
            }
        }
        return group;
    }

    /// A name that no handler has would leave a kind on that is meant to be off. Handlers of others come later, from plugins.
    Set<String> handlers(String key) {
        Set<String> named = Set.copyOf(strings(key));
        if (!named.isEmpty()) {
            Set<String> installed = HandlerRegistry.installed();
            named.stream().filter(name -> name.startsWith("fdbox,") && !installed.contains(name)).sorted()
                    .forEach(name -> fault(key,
                            "of installed handlers, and \"" + name + "\" is none; there are "
                                    + String.join("; ", installed)));
        }
        return named;
    }

    Optional<Path> path(String key) {
        Optional<String> text = string(key);
        if (text.isPresent() && (!text.get().startsWith("/") || text.get().indexOf('\0') >= 0)) {
            fault(key, "an absolute path");
            return Optional.empty();
        }
        return text.map(Path::of);
    }

    String oneOf(String key, String otherwise, Set<String> allowed) {
        Optional<String> text = string(key);
        if (text.isPresent() && !allowed.contains(text.get())) {
            fault(key, "one of " + String.join(", ", new TreeSet<>(allowed)));
        }
        return text.orElse(otherwise);
    }

    /// What one of some words stands for.
    <T> T choice(String key, Map<String, T> choices, T otherwise) {
        return choices.getOrDefault(oneOf(key, "", choices.keySet()), otherwise);
    }

    List<String> strings(String key) {
        Object value = value(key);
        if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        if (value != null) {
            fault(key, "a list of strings");
        }
        return List.of();
    }

    int number(String key, int otherwise, int least, int most) {
        return (int) bigNumber(key, otherwise, least, most);
    }

    long bigNumber(String key, long otherwise, long least, long most) {
        Object value = value(key);
        if (value instanceof Long number && number >= least && number <= most) {
            return number;
        }
        if (value != null) {
            fault(key, "a number from " + least + " to " + most);
        }
        return otherwise;
    }

    boolean has(String key) {
        return value(key) != null;
    }

    /// An object within this one; an empty one where it is missing.
    Keys object(String key) {
        Object value = value(key);
        if (value != null && !(value instanceof Map)) {
            fault(key, "an object");
        }
        return within(value, key);
    }

    /// A list of objects.
    List<Keys> objects(String key) {
        var objects = new ArrayList<Keys>();
        Object value = value(key);
        if (value instanceof List<?> list && list.stream().allMatch(Map.class::isInstance)) {
            list.forEach(one -> objects.add(within(one, key + "[" + objects.size() + "]")));
        } else if (value != null) {
            fault(key, "a list of objects");
        }
        return objects;
    }

    @SuppressWarnings("unchecked")
    private Keys within(Object value, String key) {
        Map<String, Object> inner = value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
        return new Keys(inner, prefix + key + ".", faults);
    }

    void refuseOthers() {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                faults.add("\"" + prefix + key + "\" is unknown; known are " + String.join(", ", known));
            }
        }
    }
}
