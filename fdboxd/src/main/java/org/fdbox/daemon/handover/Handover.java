package org.fdbox.daemon.handover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.fdbox.daemon.box.Frozen;
import org.fdbox.daemon.box.Seals;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Reply.Left;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Saving and recovering, and what is known of both. Safe for use by several threads; one save runs at a time.
public final class Handover {

    private final HandlerRegistry handlers;
    private final StateDirectory directory;
    private final Journal journal;
    private final Seals seals;
    private final InstantSource clock;
    private final String writtenBy;

    private volatile Recovered recovered = new Recovered(0, 0, List.of());
    private volatile boolean freezing;
    /// Changed under this object's lock, shown without it.
    private volatile long generation;
    private Map<String, Map<String, Object>> complete = Map.of();
    private List<Map<String, Object>> carried = List.of();

    private record Recovered(int boxes, int entries, List<Left> lost) {}

    /// What a save did.
    ///
    /// @param manifest where the complete handover lies
    /// @param failedBoxes how many sealed boxes are not in it as they are now
    public record Outcome(Path manifest, SaveProgress progress, List<Left> leftOut, int failedBoxes) {}

    public Handover(
            HandlerRegistry handlers, StateDirectory directory, Seals seals, InstantSource clock,
            String writtenBy) {
        this.handlers = handlers;
        this.directory = directory;
        this.journal = new Journal(directory);
        this.seals = seals;
        this.clock = clock;
        this.writtenBy = writtenBy;
    }

    public Journal journal() {
        return journal;
    }

    public HandlerRegistry handlers() {
        return handlers;
    }

    /// Brings back what the state directory holds. To be called once, before anybody is served.
    ///
    /// @throws Malformed if the manifest cannot be trusted; nothing was touched
    public synchronized void recover(boolean acceptEdited) throws IOException, Malformed {
        Optional<byte[]> bytes = directory.readManifest();
        if (bytes.isEmpty()) {
            return;
        }
        Manifest manifest = Manifest.read(bytes.get(), acceptEdited);
        generation = manifest.generation();
        complete = byName(manifest.boxes());
        journal.follow(generation, complete.keySet());
        var restorer = new Restorer(handlers, directory, journal);
        restorer.restore(manifest, seals);
        carried = restorer.carried();
        seals.reserve(byName(carried).keySet());
        recovered = new Recovered(restorer.boxCount(), restorer.entryCount(), restorer.lost());
    }

    private static Map<String, Map<String, Object>> byName(List<Map<String, Object>> boxes) {
        var byName = new HashMap<String, Map<String, Object>>();
        boxes.forEach(box -> byName.put(String.valueOf(box.get("name")), box));
        return byName;
    }

    /// Saves every sealed box, durably.
    ///
    /// @param elsewhere another directory than the state directory, which then gets a handover of its own
    /// @throws Refused.HandoverInProgress if a save is going on
    /// @throws Refused.HandoverFailed if nothing could be saved; what was saved before is still there
    public Outcome save(Optional<Path> elsewhere, Consumer<SaveProgress> progress) throws Refused {
        try (Frozen frozen = seals.freeze()) {
            freezing = true;
            return elsewhere.isPresent()
                    ? saveElsewhere(elsewhere.get(), frozen, progress)
                    : saveHere(frozen, progress);
        } catch (IOException | SystemCallException | StateDirectory.Unusable failed) {
            throw new Refused.HandoverFailed(Optional.empty(), Optional.empty(), failed.getMessage());
        } finally {
            freezing = false;
        }
    }

    private synchronized Outcome saveHere(Frozen frozen, Consumer<SaveProgress> progress) throws IOException {
        long next = generation + 1;
        var serializer = new Serializer(handlers, directory, new EarlierHere(), next, progress);
        List<Map<String, Object>> boxes = serializer.serialize(frozen);
        directory.publish(manifest(next, boxes).write());
        generation = next;
        complete = byName(boxes);
        journal.follow(next, complete.keySet());
        directory.keepPayloads(serializer.payloads());
        return outcome(directory, serializer);
    }

    /// The directory may hold an earlier handover, which this one replaces.
    private synchronized Outcome saveElsewhere(Path path, Frozen frozen, Consumer<SaveProgress> progress)
            throws IOException, StateDirectory.Unusable {
        if (Files.exists(path) && Files.isSameFile(path, directory.root())) {
            return saveHere(frozen, progress);
        }
        try (var target = StateDirectory.open(path)) {
            long next = generationOf(target) + 1;
            var serializer = new Serializer(handlers, target, new EarlierElsewhere(target), next, progress);
            List<Map<String, Object>> boxes = serializer.serialize(frozen);
            target.publish(manifest(next, boxes).write());
            target.keepMarks(Set.of());
            target.keepPayloads(serializer.payloads());
            return outcome(target, serializer);
        }
    }

    private static long generationOf(StateDirectory target) throws IOException {
        Optional<byte[]> manifest = target.readManifest();
        try {
            return manifest.isPresent() ? Manifest.read(manifest.get(), true).generation() : 0;
        } catch (Malformed strange) {
            throw new IOException(target.manifest() + " is not ours to replace: " + strange.getMessage(),
                    strange);
        }
    }

    private Manifest manifest(long next, List<Map<String, Object>> boxes) {
        long now = TimeUnit.MILLISECONDS.toMicros(clock.millis());
        return new Manifest(next, writtenBy, now, Namespace.bootId(), boxes);
    }

    private static Outcome outcome(StateDirectory target, Serializer serializer) {
        return new Outcome(target.manifest(), serializer.progressNow(), serializer.leftOut(),
                serializer.failedBoxes());
    }

    /// What is known now; for Status.
    public Reply.HandoverStatus status() {
        Recovered last = recovered;
        return new Reply.HandoverStatus(
                generation, freezing ? "freezing" : "live", last.boxes, last.entries, seals.pending(),
                last.lost);
    }

    /// The state directory itself: payloads of pending entries are there already.
    private final class EarlierHere implements Serializer.Earlier {
        @Override
        public Optional<Map<String, Object>> box(String name) {
            return journal.isFinished(name)
                    ? Optional.empty()
                    : Optional.ofNullable(complete.get(name)).map(this::unfinished);
        }

        private Map<String, Object> unfinished(Map<String, Object> box) {
            var left = new LinkedHashMap<>(box);
            String name = String.valueOf(box.get("name"));
            left.put("fds", Manifest.nodes(box.get("fds")).stream()
                    .filter(node -> !journal.isFinished(name, String.valueOf(node.get(EntryNode.NAME))))
                    .toList());
            return left;
        }

        @Override
        public List<Map<String, Object>> carried() {
            return carried;
        }

        @Override
        public void providePayload(String name) {
            // Never moved: a payload keeps its file for as long as a manifest names it.
        }
    }

    /// Another directory: payloads of pending entries are copied there.
    private final class EarlierElsewhere implements Serializer.Earlier {
        private final StateDirectory target;

        EarlierElsewhere(StateDirectory target) {
            this.target = target;
        }

        @Override
        public Optional<Map<String, Object>> box(String name) {
            return Optional.empty();
        }

        @Override
        public List<Map<String, Object>> carried() {
            return List.of();
        }

        @Override
        public void providePayload(String name) throws HandlerRefusal {
            try (OwnedFd from = directory.openPayload(name);
                    OwnedFd to = target.createPayload(name)) {
                long size = Stat.of(from).size();
                OpenFile.truncate(to, size);
                Contents.copy(from, to, Contents.dataExtents(from, size), _ -> {});
                OpenFile.sync(to);
            } catch (IOException | IllegalArgumentException | SystemCallException failed) {
                throw new HandlerRefusal("its saved contents cannot be copied: " + failed.getMessage(),
                        failed);
            }
        }
    }
}
