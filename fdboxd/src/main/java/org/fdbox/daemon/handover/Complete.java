package org.fdbox.daemon.handover;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Malformed;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.Contents;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SparseCopy;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

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
            Set.of("compatible", "name", "owner", "group", "mode", "createdUSec", "fds");

    static Complete none() {
        return new Complete(0, List.of(), List.of(), Map.of());
    }

    static Complete of(Manifest manifest, List<Map<String, Object>> carried) {
        var boxes = Descriptions.resolve(
                manifest.bootId() + "-" + manifest.savedUSec() + "-" + manifest.generation(),
                manifest.boxes());
        return new Complete(manifest.generation(), boxes, carried, manifest.unknown());
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

    Map<String, Map<String, Object>> byName() {
        var byName = new HashMap<String, Map<String, Object>>();
        boxes.forEach(box -> byName.put(String.valueOf(box.get(EntryNode.NAME)), box));
        return byName;
    }

    /// For a save into the state directory: payloads of pending entries are there already, and never move.
    Earlier here(Journal journal) {
        Set<String> spent = Descriptions.spent(boxes, journal);
        return new Kept() {
            @Override
            public Optional<Map<String, Object>> box(String name) {
                return journal.isFinished(name)
                        ? Optional.empty()
                        : Optional.ofNullable(byName().get(name)).map(box -> unfinished(name, box));
            }

            private Map<String, Object> unfinished(String name, Map<String, Object> box) {
                var left = new LinkedHashMap<>(box);
                left.put("fds", Manifest.nodes(box.get("fds")).stream()
                        .filter(node -> !journal.isFinished(name, String.valueOf(node.get(EntryNode.NAME))))
                        .map(node -> Descriptions.isSpent(node, spent) ? Descriptions.markSpent(node) : node)
                        .toList());
                return left;
            }

            @Override
            public Map<String, Object> adopt(Map<String, Object> node, Supplier<String> freshPayload) {
                return node;
            }
        };
    }

    /// For a save into another directory: payloads of pending entries are copied there, under names of that save.
    ///
    /// @param before what that directory holds
    Earlier elsewhere(StateDirectory home, StateDirectory target, Complete before) {
        return new Kept() {
            @Override
            public Optional<Map<String, Object>> box(String name) {
                return Optional.ofNullable(before.byName().get(name));
            }

            @Override
            public Map<String, Object> adopt(Map<String, Object> node, Supplier<String> freshPayload)
                    throws HandlerRefusal {
                String file = EntryNode.payloadFile(node);
                if (file == null) {
                    return node;
                }
                String copied = freshPayload.get();
                copy(home, file, target, copied);
                var payload = new LinkedHashMap<>(Manifest.node(node.get(EntryNode.PAYLOAD)));
                payload.put("file", copied);
                var adopted = new LinkedHashMap<>(node);
                adopted.put(EntryNode.PAYLOAD, payload);
                return adopted;
            }
        };
    }

    private static void copy(StateDirectory home, String file, StateDirectory target, String copied)
            throws HandlerRefusal {
        try (OwnedFd from = home.payloads().open(file);
                OwnedFd to = target.payloads().create(copied)) {
            long size = Stat.of(from).size();
            OpenFile.truncate(to, size);
            SparseCopy.copy(from, to, Contents.dataExtents(from, size), _ -> {});
            target.payloads().makeDurable(to);
        } catch (IOException | IllegalArgumentException | SystemCallException failed) {
            throw new HandlerRefusal("its saved contents cannot be copied: " + failed.getMessage(), failed);
        }
    }

    /// What both kinds of save take from this handover.
    private abstract class Kept implements Earlier {
        @Override
        public List<Map<String, Object>> carried() {
            return carried;
        }

        /// A box of the same name that was made at another time is another box.
        @Override
        public Map<String, Object> unknownFields(BoxInfo box) {
            Map<String, Object> saved = byName().getOrDefault(box.name(), Map.of());
            boolean same = EntryNode.number(saved, "createdUSec", -1) == box.createdUSec();
            return same ? Manifest.without(saved, BOX_FIELDS) : Map.of();
        }
    }
}
