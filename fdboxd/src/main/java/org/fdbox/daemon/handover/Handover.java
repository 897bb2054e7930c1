package org.fdbox.daemon.handover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.fdbox.daemon.box.Frozen;
import org.fdbox.daemon.box.LiveBox;
import org.fdbox.daemon.box.Look;
import org.fdbox.daemon.box.Seals;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Reply.Left;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.SystemCallException;

/// Saving and recovering, and what is known of both. Safe for use by several threads; one save runs at a time.
public final class Handover {

    private final HandlerRegistry handlers;
    private final StateDirectory directory;
    private final Journal journal;
    private final Seals seals;
    private final InstantSource clock;
    private final String writtenBy;

    private final Lock saving = new ReentrantLock();
    private volatile Recovered recovered = new Recovered(0, 0, List.of());
    private volatile boolean freezing;
    /// Changed while saving, shown at any time.
    private volatile Complete complete = Complete.none();

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

    StateDirectory directory() {
        return directory;
    }

    /// The boxes of the complete handover, resolved by [Descriptions].
    List<Map<String, Object>> savedBoxes() {
        return complete.boxes();
    }

    /// Brings back what the state directory holds. To be called once, before anybody is served.
    ///
    /// @param live what needs not be made again
    /// @param mostDescriptors how many other entries may hold one; the rest stays pending
    /// @throws Malformed if the manifest cannot be trusted; nothing was touched
    public void recover(boolean acceptEdited, List<LiveBox> live, int mostDescriptors)
            throws IOException, Malformed {
        Optional<byte[]> bytes = directory.readManifest();
        var alive = new Alive(live);
        if (bytes.isEmpty()) {
            recover(List.of(), alive, mostDescriptors);
            return;
        }
        Manifest manifest = Manifest.read(bytes.get(), acceptEdited);
        directory.steps().reached(Step.MANIFEST_READ);
        Complete found = Complete.of(manifest, List.of());
        journal.follow(found.generation(), found.byName().keySet());
        Restorer restorer = recover(found.boxes(), alive, mostDescriptors);
        complete = Complete.of(manifest, restorer.carried());
        seals.reserve(restorer.carriedNames());
        directory.payloads().keep(PayloadFolder.namedIn(manifest.boxes()));
        directory.steps().reached(Step.BOXES_RECOVERED);
    }

    private Restorer recover(List<Map<String, Object>> boxes, Alive alive, int mostDescriptors) {
        var restorer = new Restorer(handlers, directory, journal, alive, mostDescriptors);
        restorer.restore(boxes, seals);
        recovered = new Recovered(restorer.boxCount(), restorer.entryCount(), restorer.lost());
        return restorer;
    }

    /// Copies the contents of a box's entries ahead of a save, or brings earlier such copies up to date.
    ///
    /// @param look stays the caller's, and open until this returns
    /// @param progress may throw, to stop it
    /// @throws Refused.HandlerRefused if an entry cannot be copied; copies of the others stay
    public SaveProgress prepare(Look look, Consumer<SaveProgress> progress) throws Refused {
        return new Preparer(handlers, directory.payloads(), directory.copies(), progress).prepare(look);
    }

    /// Saves every sealed box, durably.
    ///
    /// @param elsewhere another directory than the state directory, which then gets a handover of its own
    /// @throws Refused.HandoverInProgress if a save is going on
    /// @throws Refused.HandoverFailed if nothing could be saved; what was saved before is still there
    public Outcome save(Optional<Path> elsewhere, Consumer<SaveProgress> progress) throws Refused {
        if (!saving.tryLock()) {
            throw new Refused.HandoverInProgress();
        }
        try {
            return saveAlone(elsewhere, progress);
        } finally {
            saving.unlock();
        }
    }

    /// The last save: waits for one that is going on.
    public Outcome saveAtEnd(Consumer<SaveProgress> progress) throws Refused {
        saving.lock();
        try {
            return saveAlone(Optional.empty(), progress);
        } finally {
            saving.unlock();
        }
    }

    private Outcome saveAlone(Optional<Path> elsewhere, Consumer<SaveProgress> progress) throws Refused {
        try {
            return elsewhere.isPresent() ? saveElsewhere(elsewhere.get(), progress) : saveHere(progress);
        } catch (IOException | SystemCallException | StateDirectory.Unusable failed) {
            throw new Refused.HandoverFailed(Optional.empty(), Optional.empty(), failed.getMessage());
        }
    }

    /// What the old handover needed is removed after the thaw: a large file takes long to remove.
    private Outcome saveHere(Consumer<SaveProgress> progress) throws IOException, Refused.HandoverInProgress {
        Serializer serializer;
        try (Frozen frozen = freeze()) {
            long next = complete.generation() + 1;
            serializer = new Serializer(handlers, directory.payloads(), Optional.of(directory.copies()),
                    complete.here(journal), next, progress);
            Manifest written = publish(directory, serializer, frozen, next);
            complete = Complete.of(written, complete.carried());
            journal.follow(written.generation(), complete.byName().keySet());
            directory.steps().reached(Step.JOURNAL_FOLLOWED);
        } finally {
            freezing = false;
        }
        directory.payloads().keep(serializer.payloads());
        return outcome(directory, serializer);
    }

    /// The directory may hold an earlier handover, which this one replaces.
    private Outcome saveElsewhere(Path path, Consumer<SaveProgress> progress)
            throws IOException, StateDirectory.Unusable, Refused.HandoverInProgress {
        if (Files.exists(path) && Files.isSameFile(path, directory.root())) {
            return saveHere(progress);
        }
        try (var target = StateDirectory.open(path, Step.Watcher.NONE)) {
            Complete before = Complete.in(target);
            long next = before.generation() + 1;
            var serializer = new Serializer(handlers, target.payloads(), Optional.empty(),
                    complete.elsewhere(directory, target, before), next, progress);
            try (Frozen frozen = freeze()) {
                publish(target, serializer, frozen, next);
            } finally {
                freezing = false;
            }
            target.keepMarks(Set.of());
            target.payloads().keep(serializer.payloads());
            return outcome(target, serializer);
        }
    }

    private Frozen freeze() throws Refused.HandoverInProgress {
        freezing = true;
        Frozen frozen = seals.freeze();
        directory.steps().reached(Step.FROZEN);
        return frozen;
    }

    private Manifest publish(StateDirectory target, Serializer serializer, Frozen frozen, long next)
            throws IOException {
        boolean published = false;
        try {
            List<Map<String, Object>> boxes = serializer.serialize(frozen);
            long now = TimeUnit.MILLISECONDS.toMicros(clock.millis());
            var manifest = new Manifest(next, writtenBy, now, Namespace.bootId(), boxes, complete.unknown());
            target.publish(manifest.write());
            published = true;
            serializer.keepPayloads();
            return manifest;
        } finally {
            if (!published) {
                serializer.discardPayloads(0);
            }
        }
    }

    private static Outcome outcome(StateDirectory target, Serializer serializer) {
        return new Outcome(target.manifest(), serializer.progressNow(), serializer.leftOut(),
                serializer.failedBoxes());
    }

    /// What is known now; for Status.
    public Reply.HandoverStatus status() {
        Recovered last = recovered;
        var pending = new ArrayList<>(seals.pending());
        complete.carried().forEach(box -> pending.add(EntryNode.unknownBox(box)));
        return new Reply.HandoverStatus(
                complete.generation(), freezing ? "freezing" : "live", last.boxes, last.entries,
                pending,
                last.lost);
    }
}
