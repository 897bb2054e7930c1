package org.fdbox.daemon.handover;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Reply;
import org.fdbox.spi.HandlerRefusal;

/// The complete handover of a directory, as far as the next save needs it.
///
/// @param boxes their nodes, resolved
/// @param carried boxes that this version does not understand
/// @param unknown fields of the manifest that this version does not know
record Complete(
        long generation,
        List<Map<String, Object>> boxes,
        List<Map<String, Object>> carried,
        Map<String, Object> unknown) {

    private static final Set<String> BOX_FIELDS =
            Set.of("compatible", "name", "owner", "group", "mode", "createdUSec", "given", "fds");

    static Complete none() {
        return new Complete(0, List.of(), List.of(), Map.of());
    }

    static Complete of(Manifest manifest, List<Map<String, Object>> carried) {
        var boxes = Descriptions.resolve(
                manifest.bootId() + "-" + manifest.savedUSec() + "-" + manifest.generation(),
                manifest.boxes());
        return new Complete(manifest.generation(), boxes, carried, manifest.unknown());
    }

    /// That of a directory whose daemon has recovered it, and may still finish entries of it. What a file like that must be like is
    /// known by then, also where somebody has edited it.
    ///
    /// @param carried names of boxes that are only carried along
    static Complete followed(StateDirectory directory, Set<String> carried) throws IOException, Malformed {
        Optional<byte[]> bytes = directory.readManifest();
        if (bytes.isEmpty()) {
            return none();
        }
        Complete all = of(Manifest.read(bytes.get(), true), List.of());
        List<Map<String, Object>> apart = all.boxes().stream()
                .filter(box -> carried.contains(EntryNode.text(box, EntryNode.NAME))).toList();
        return new Complete(all.generation(), all.boxes(), apart, all.unknown());
    }

    /// That of another directory, which is about to be replaced.
    static Complete in(StateDirectory directory) throws IOException {
        Optional<byte[]> bytes = directory.readManifest();
        if (bytes.isEmpty()) {
            return none();
        }
        try {
            return of(Manifest.read(bytes.get(), true), List.of());
        } catch (Malformed strange) {
            throw new IOException(
                    directory.manifest() + " is not ours to replace: " + strange.getMessage(), strange);
        }
    }

    /// For Status.
    ///
    /// @param waiting what waits for a handler, or is withheld
    Reply.HandoverStatus status(Phase phase, Recovered recovered, List<Reply.Left> waiting) {
        var pending = new ArrayList<>(waiting);
        carried.forEach(box -> pending.add(EntryNode.unknownBox(box)));
        return new Reply.HandoverStatus(generation, phase.word(), recovered.boxes(), recovered.entries(),
                pending, recovered.lost());
    }

    /// Of boxes, as of entries, a name that stands twice means the first.
    Map<String, Map<String, Object>> byName() {
        var byName = new HashMap<String, Map<String, Object>>();
        boxes.forEach(box -> byName.putIfAbsent(String.valueOf(box.get(EntryNode.NAME)), box));
        return byName;
    }

    /// For a save into the state directory: payloads of pending entries are there already, and never move.
    Earlier here(Journal journal) {
        return new Kept(journal) {
            @Override
            public Optional<Map<String, Object>> box(String name) {
                return journal.isFinished(name)
                        ? Optional.empty()
                        : Optional.ofNullable(saved.get(name)).map(box -> unfinished(name, box));
            }

            private Map<String, Object> unfinished(String name, Map<String, Object> box) {
                var left = new LinkedHashMap<>(box);
                left.put("fds", Manifest.nodes(box.get("fds")).stream()
                        .filter(node -> !journal.isFinished(name, String.valueOf(node.get(EntryNode.NAME))))
                        .map(this::marked)
                        .toList());
                return left;
            }

            @Override
            public Set<String> payloads() {
                return Complete.this.payloads();
            }

            @Override
            public Map<String, Object> adopt(Map<String, Object> node, Supplier<String> freshPayload) {
                return marked(node);
            }

            @Override
            public Map<String, Object> adoptUnknown(Map<String, Object> fields,
                    Supplier<String> freshPayload) {
                return fields;
            }
        };
    }

    /// For a save into another directory: payloads of pending entries are copied there, under names of that save.
    ///
    /// @param journal of the state directory
    /// @param before what that directory holds
    Earlier elsewhere(Journal journal, StateDirectory home, StateDirectory target, Complete before) {
        Map<String, Map<String, Object>> there = before.byName();
        return new Kept(journal) {
            @Override
            public Optional<Map<String, Object>> box(String name) {
                return Optional.ofNullable(there.get(name));
            }

            @Override
            public Set<String> payloads() {
                return before.payloads();
            }

            @Override
            public Map<String, Object> adopt(Map<String, Object> node, Supplier<String> freshPayload)
                    throws HandlerRefusal {
                return relocated(marked(node), freshPayload, false);
            }

            @Override
            public Map<String, Object> adoptUnknown(Map<String, Object> fields,
                    Supplier<String> freshPayload) throws HandlerRefusal {
                return relocated(fields, freshPayload, true);
            }

            private Map<String, Object> relocated(Map<String, Object> node, Supplier<String> freshPayload,
                    boolean everywhere) throws HandlerRefusal {
                return new Relocation(home.payloads(), target.payloads(), freshPayload, everywhere).of(node);
            }
        };
    }

    /// All payload files that it names.
    Set<String> payloads() {
        Set<String> names = PayloadFolder.namedIn(boxes);
        names.addAll(PayloadFolder.namedIn(unknown));
        return names;
    }

    /// What both kinds of save take from this handover.
    private abstract class Kept implements Earlier {
        final Map<String, Map<String, Object>> saved = byName();
        private final Journal journal;
        private final Set<String> spent;
        private final Map<String, Map<String, Object>> ties = new HashMap<>();

        Kept(Journal journal) {
            this.journal = journal;
            this.spent = Descriptions.spent(boxes, journal);
            saved.forEach((name, box) -> {
                for (Map<String, Object> node : Manifest.nodes(box.get("fds"))) {
                    ties.putIfAbsent(name + "/" + node.get(EntryNode.NAME), Descriptions.tie(node));
                }
            });
        }

        /// The node of what may be older than what was handed out under another name says so from now on.
        Map<String, Object> marked(Map<String, Object> node) {
            return Descriptions.isSpent(node, spent) ? Descriptions.markSpent(node) : node;
        }

        @Override
        public Map<String, Object> tie(String box, String entry) {
            return journal.isFinished(box, entry)
                    ? Map.of()
                    : ties.getOrDefault(box + "/" + entry, Map.of());
        }

        @Override
        public List<Map<String, Object>> carried() {
            return carried;
        }

        /// A box of the same name that was made at another time is another box.
        @Override
        public Map<String, Object> unknownFields(BoxInfo box) {
            Map<String, Object> before = saved.getOrDefault(box.name(), Map.of());
            boolean same = EntryNode.number(before, "createdUSec", -1) == box.createdUSec();
            return same ? Manifest.without(before, BOX_FIELDS) : Map.of();
        }
    }
}
