package org.fdbox.daemon;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.fdbox.daemon.box.Limits;
import org.fdbox.daemon.handover.FileTrouble;
import org.fdbox.daemon.handover.HandlerRegistry;
import org.fdbox.daemon.net.Intake;
import org.fdbox.daemon.service.Mode;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Malformed;

/// The configuration file: one JSON object. docs/operations.md describes each key.
///
/// @param socketGroup who may connect besides the daemon's user
/// @param disabledHandlers by `compatible`
/// @param pluginDirectory where jars with further handlers are; empty: the default
/// @param threads that serve clients
/// @param stallSeconds how long a message or a reply may stay unfinished
/// @param crashSurvival what a put waits for; empty: safe where systemd has a store for this service, else off
/// @param handoverNotice how long programs that watch are waited for before a save
/// @param logLevel error, warn, info or debug
/// @param ownersMustBeKnown whether recovered boxes are withheld whose owner is not in the user database
record Config(
        Optional<String> socketGroup,
        Set<String> disabledHandlers,
        Optional<Path> pluginDirectory,
        int threads,
        int stallSeconds,
        Optional<Mode> crashSurvival,
        Duration handoverNotice,
        String logLevel,
        boolean ownersMustBeKnown,
        Limits limits,
        Intake.Limits intake) {

    private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug");
    private static final Set<String> MODES = Set.of("off", "fast", "safe");
    private static final Set<String> OWNERS = Set.of("accepted", "withheld");
    private static final int MANY = 1_000_000;

    /// Everything that is wrong with a file, a line each.
    static final class Faulty extends Exception {
        private static final long serialVersionUID = 1L;

        Faulty(Path file, List<String> faults) {
            super(file + ":\n  " + String.join("\n  ", faults));
        }
    }

    static Config defaults() {
        return of(new Keys(Map.of(), "", new ArrayList<>()), new Keys(Map.of(), "", new ArrayList<>()));
    }

    /// Reads a file, whole or not at all.
    static Config read(Path file) throws Faulty {
        var faults = new ArrayList<String>();
        try {
            var keys = new Keys(Json.readObject(Files.readAllBytes(file)), "", faults);
            var limits = new Keys(keys.object("limits"), "limits.", faults);
            Config config = of(keys, limits);
            keys.refuseOthers();
            limits.refuseOthers();
            if (faults.isEmpty()) {
                return config;
            }
        } catch (Malformed bad) {
            faults.add("it is no JSON object: " + bad.getMessage());
        } catch (IOException unreadable) {
            faults.add("it cannot be read: " + FileTrouble.of(unreadable));
        }
        throw new Faulty(file, faults);
    }

    private static Config of(Keys keys, Keys limits) {
        int cores = Runtime.getRuntime().availableProcessors();
        return new Config(
                keys.group("socketGroup"),
                keys.handlers("disabledHandlers"),
                keys.path("pluginDirectory"),
                keys.number("threads", Math.min(4, cores), 1, 64),
                keys.number("stallSeconds", 30, 1, 3600),
                keys.mode("crashSurvival"),
                Duration.ofSeconds(keys.number("handoverNoticeSeconds", 0, 0, 300)),
                keys.oneOf("logLevel", "info", LEVELS),
                keys.oneOf("unknownOwners", "accepted", OWNERS).equals("withheld"),
                new Limits(
                        limits.number("boxesPerUid", 10_000, 0, MANY),
                        limits.number("entriesPerUid", 100_000, 0, MANY)),
                new Intake.Limits(
                        limits.number("connectionsPerUid", 20_000, 1, MANY),
                        limits.number("unfinishedBytesPerUid", 8 << 20, 1 << 10, 1 << 30),
                        limits.number("unfinishedBytes", 32 << 20, 1 << 10, 1 << 30)));
    }

    /// One object of the file. Faults are collected, and the default stands in meanwhile.
    private static final class Keys {
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

        private void fault(String key, String must) {
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

        Optional<Mode> mode(String key) {
            String text = oneOf(key, "", MODES);
            return Stream.of(Mode.values()).filter(mode -> mode.name().equalsIgnoreCase(text)).findFirst();
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
            Object value = value(key);
            if (value instanceof Long number && number >= least && number <= most) {
                return number.intValue();
            }
            if (value != null) {
                fault(key, "a number from " + least + " to " + most);
            }
            return otherwise;
        }

        @SuppressWarnings("unchecked")
        Map<String, Object> object(String key) {
            Object value = value(key);
            if (value instanceof Map<?, ?> map) {
                return (Map<String, Object>) map;
            }
            if (value != null) {
                fault(key, "an object");
            }
            return Map.of();
        }

        void refuseOthers() {
            for (String key : values.keySet()) {
                if (!known.contains(key)) {
                    faults.add("\"" + prefix + key + "\" is unknown; known are " + String.join(", ", known));
                }
            }
        }
    }
}
