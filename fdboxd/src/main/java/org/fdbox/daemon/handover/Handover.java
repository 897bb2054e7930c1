package org.fdbox.daemon.handover;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.fdbox.daemon.box.Frozen;
import org.fdbox.daemon.box.LiveBox;
import org.fdbox.daemon.box.Look;
import org.fdbox.daemon.box.Seals;
import org.fdbox.daemon.kexec.Incoming;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.kexec.Outgoing;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Reply.Left;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.SystemCallException;

/// Saving and recovering, and what is known of both. Safe for use by several threads; one save runs at a time.
public final class Handover {

    private final HandlerRegistry handlers;
    private final StateDirectory directory;
    private final Journal journal;
    private final Seals seals;
    private final PolicyInForce policy;
    private final InstantSource clock;
    private final Notice notice;
    private final Kexec kexec;
    private final String writtenBy;

    private final Semaphore saving = new Semaphore(1);
    private final Underway underway = new Underway();
    private volatile Recovered recovered = Recovered.NOTHING;
    private volatile Phase phase = Phase.LIVE;
    /// Changed while saving, shown at any time.
    private volatile Complete complete = Complete.none();

    /// What a save did.
    ///
    /// @param manifest where the complete handover lies
    /// @param failedBoxes how many sealed boxes are not in it as they are now
    public record Outcome(Path manifest, SaveProgress progress, List<Left> leftOut, int failedBoxes) {}

    public Handover(
            HandlerRegistry handlers, StateDirectory directory, Seals seals, PolicyInForce policy,
            InstantSource clock, Notice notice, Kexec kexec, String writtenBy) {
        this.handlers = handlers;
        this.directory = directory;
        this.journal = new Journal(directory, kexec::letGo);
        this.seals = seals;
        this.policy = policy;
        this.clock = clock;
        this.notice = notice;
        this.kexec = kexec;
        this.writtenBy = writtenBy;
    }

    /// Says whether, and how long, programs are warned before a save.
    public Notice notice() {
        return notice;
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
    /// @param rules what has to be true of a box that is made again
    /// @throws Malformed if the manifest cannot be trusted, or is too large for the memory there is; nothing was touched
    public void recover(boolean acceptEdited, List<LiveBox> live, int mostDescriptors, Recheck.Rules rules)
            throws IOException, Malformed {
        try {
            Optional<byte[]> bytes = directory.readManifest();
            var restorer =
                    new Restorer(handlers, directory, journal, new Alive(live), mostDescriptors, rules);
            if (bytes.isPresent()) {
                recover(bytes.get(), acceptEdited, restorer);
            } else {
                restore(List.of(), false, restorer);
            }
        } catch (OutOfMemoryError tooSmall) {
            throw new Malformed(TooLarge.toRecover());
        }
        directory.removePartials();
    }

    private void recover(byte[] bytes, boolean acceptEdited, Restorer restorer)
            throws IOException, Malformed {
        byte[] forTheNextSave = TooLarge.reserve(bytes.length);
        Manifest manifest = Manifest.read(bytes, acceptEdited);
        directory.steps().reached(Step.MANIFEST_READ);
        Complete found = Complete.of(manifest, List.of());
        journal.follow(found.generation(), found.byName().keySet());
        restore(found.boxes(), !manifest.bootId().equals(Namespace.bootId()), restorer);
        complete = Complete.of(manifest, restorer.carried());
        seals.reserve(restorer.carriedNames());
        Reference.reachabilityFence(forTheNextSave);
        Set<String> named = PayloadFolder.namedIn(manifest);
        named.addAll(restorer.rescued());
        directory.payloads().keep(named);
        directory.steps().reached(Step.BOXES_RECOVERED);
    }

    private void restore(List<Map<String, Object>> boxes, boolean overKexec, Restorer restorer) {
        try (Incoming incoming = kexec.incoming(KeptPayload.sessions(boxes))) {
            restorer.restore(boxes, seals, incoming, overKexec);
        }
        recovered = new Recovered(restorer.boxCount(), restorer.entryCount(), restorer.lost(),
                restorer.carriedNames());
    }

    /// For a successor.
    public Recovered recovered() {
        return recovered;
    }

    /// Instead of [#recover], of what another daemon has [recovered][#recovered()] and still has, while that holds [#exclusively].
    /// Changes nothing in the state directory.
    ///
    /// @throws Malformed if this version cannot read it
    public void follow(Recovered known) throws IOException, Malformed {
        complete = Complete.followed(directory, known.carried());
        journal.read(complete.generation(), complete.byName().keySet());
        seals.reserve(known.carried());
        recovered = known;
    }

    /// Reads once more what that daemon has finished with, which it does until it hands over.
    public void followMarks() throws IOException {
        journal.readMarks();
    }

    /// Keeps everybody from saving; what is prepared goes on.
    ///
    /// @return closed by the caller
    /// @throws Refused.HandoverInProgress if a save is going on
    public Exclusive exclusively() throws Refused.HandoverInProgress {
        if (!saving.tryAcquire()) {
            throw new Refused.HandoverInProgress();
        }
        return new Exclusive(saving);
    }

    /// What Status says of this daemon, by whoever holds [#exclusively].
    public void setPhase(Phase now) {
        phase = now;
    }

    /// Copies the contents of a box's entries ahead of a save, or brings earlier such copies up to date.
    ///
    /// @param look stays the caller's, and open until this returns
    /// @param progress may throw, to stop it
    /// @throws Refused.HandlerRefused if an entry cannot be copied; copies of the others stay
    public SaveProgress prepare(Look look, Consumer<SaveProgress> progress) throws Refused {
        return new Preparer(handlers, directory, policy, progress).prepare(look);
    }

    /// Saves every sealed box, durably, after notice was given.
    ///
    /// @param elsewhere another directory than the state directory, which then gets a handover of its own
    /// @throws Refused.HandoverInProgress if a save is going on
    /// @throws Refused.HandoverFailed if nothing could be saved; what was saved before is still there
    public Outcome save(Optional<Path> elsewhere, Consumer<SaveProgress> progress) throws Refused {
        try (Exclusive _ = exclusively(); Notice.Plan plan = notice.plan()) {
            return saveAlone(elsewhere, plan, progress);
        }
    }

    /// The last save: waits for one that is going on, or for whoever holds [#exclusively].
    ///
    /// @param plan stays the caller's, who gave notice while requests were still served
    public Outcome saveAtEnd(Notice.Plan plan, Consumer<SaveProgress> progress) throws Refused {
        saving.acquireUninterruptibly();
        try (Exclusive _ = new Exclusive(saving)) {
            return saveAlone(Optional.empty(), plan, progress);
        }
    }

    private Outcome saveAlone(Optional<Path> elsewhere, Notice.Plan plan, Consumer<SaveProgress> progress)
            throws Refused {
        try {
            return elsewhere.isPresent()
                    ? saveElsewhere(elsewhere.get(), plan, progress)
                    : saveHere(plan, progress);
        } catch (IOException | SystemCallException failed) {
            throw FileTrouble.refusal(FileTrouble.of(failed));
        } catch (StateDirectory.Unusable | HandlerRefusal failed) {
            throw FileTrouble.refusal(failed.getMessage());
        } catch (OutOfMemoryError tooSmall) {
            throw FileTrouble.refusal(TooLarge.toSave());
        }
    }

    /// What the old handover needed is removed after the thaw: a large file takes long to remove.
    private Outcome saveHere(Notice.Plan plan, Consumer<SaveProgress> progress)
            throws IOException, Refused.HandoverInProgress, HandlerRefusal {
        Publication publication;
        Set<String> named;
        try (Frozen frozen = freeze(plan); Outgoing outgoing = kexec.begin()) {
            long next = complete.generation() + 1;
            publication = new Publication(directory, new Serializer(handlers, directory.payloads(),
                    Optional.of(directory.copies()), complete.here(journal), next, policy, outgoing,
                    underway, progress));
            Manifest written = publish(publication, frozen, next, this::turn);
            kexec.keep(outgoing);
            named = PayloadFolder.namedIn(written);
            journal.tidy();
            directory.steps().reached(Step.JOURNAL_FOLLOWED);
        } finally {
            phase = Phase.LIVE;
        }
        plan.committed();
        directory.payloads().sweep(named);
        return publication.outcome();
    }

    /// The directory may hold an earlier handover, which this one replaces.
    private Outcome saveElsewhere(Path path, Notice.Plan plan, Consumer<SaveProgress> progress)
            throws IOException, StateDirectory.Unusable, Refused.HandoverInProgress, HandlerRefusal {
        if (Files.exists(path) && Files.isSameFile(path, directory.root())) {
            return saveHere(plan, progress);
        }
        try (var target = StateDirectory.open(path, Step.Watcher.NONE)) {
            Complete before = Complete.in(target);
            target.removePartials();
            long next = before.generation() + 1;
            Publication publication;
            Set<String> named;
            try (Frozen frozen = freeze(plan)) {
                publication = new Publication(target, new Serializer(handlers, target.payloads(),
                        Optional.empty(), complete.elsewhere(journal, directory, target, before), next,
                        policy, Outgoing.none(), underway, progress));
                named = PayloadFolder.namedIn(publish(publication, frozen, next, _ -> () -> {}));
            } finally {
                phase = Phase.LIVE;
            }
            plan.committed();
            target.keepMarks(Set.of());
            target.payloads().sweep(named);
            return publication.outcome();
        }
    }

    private Frozen freeze(Notice.Plan plan) throws Refused.HandoverInProgress {
        phase = Phase.FREEZING;
        plan.freezing();
        Frozen frozen = seals.freeze();
        directory.steps().reached(Step.FROZEN);
        return frozen;
    }

    private Manifest publish(Publication publication, Frozen frozen, long next,
            Function<Manifest, Runnable> turn) throws IOException, HandlerRefusal {
        long now = TimeUnit.MILLISECONDS.toMicros(clock.millis());
        return publication.publish(frozen, next, writtenBy, now, complete.unknown(), turn);
    }

    /// A mark that counted for the handover before would bring back what was handed out since.
    private Runnable turn(Manifest written) {
        Complete now = Complete.of(written, complete.carried());
        return journal.turn(now.generation(), now.byName().keySet(), () -> complete = now);
    }

    /// What is known now; for Status.
    public Reply.HandoverStatus status() {
        return complete.status(phase, recovered, seals.pending());
    }
}
