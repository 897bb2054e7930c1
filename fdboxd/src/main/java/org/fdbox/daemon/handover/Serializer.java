package org.fdbox.daemon.handover;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Frozen;
import org.fdbox.daemon.box.Look;
import org.fdbox.daemon.kexec.Outgoing;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Reply.Left;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SameDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes nodes and payload files of what is frozen. One object a save; not thread-safe.
final class Serializer {

    private static final Logger LOG = LoggerFactory.getLogger(Serializer.class);

    private static final String KEPT = "; an earlier save of the box is kept";

    private final Asking asking;
    private final PayloadFolder folder;
    private final Optional<PreparedCopies> prepared;
    private final Earlier earlier;
    private final long generation;
    private final PayloadQuota quota;
    private final Consumer<SaveProgress> progress;

    private final List<Map<String, Object>> boxes = new ArrayList<>();
    private final List<Left> leftOut = new ArrayList<>();
    private final Set<String> taken = new HashSet<>();
    private final Underway underway;
    private final List<String> fresh = new ArrayList<>();
    private final List<PreparedCopies.Copy> used = new ArrayList<>();
    private final Written written = new Written();
    private final Ties ties = new Ties();
    private Map<OwnedFd, OwnedFd> aliases = Map.of();
    private int failedBoxes;
    private int payloadCount;
    private long bytesTotal;
    private int entriesDone;
    private int entriesTotal;

    /// @param prepared copies in the same folder, if there are any
    /// @param underway of all saves
    /// @param outgoing for what the kernel keeps over a kexec besides its payload
    Serializer(
            HandlerRegistry handlers,
            PayloadFolder folder,
            Optional<PreparedCopies> prepared,
            Earlier earlier,
            long generation,
            PolicyInForce policy,
            Outgoing outgoing,
            Underway underway,
            Consumer<SaveProgress> progress) {
        this.folder = folder;
        this.prepared = prepared;
        this.earlier = earlier;
        this.generation = generation;
        this.quota = new PayloadQuota(policy);
        this.progress = progress;
        this.underway = underway;
        var all = new SaveWide(folder, written, quota, prepared, outgoing, used, underway);
        this.asking =
                new Asking(handlers, all, Patience.ofSave(), this::freshPayload, this::report);
    }

    /// Nodes for all that is frozen; see the getters for the rest.
    List<Map<String, Object>> serialize(Frozen frozen) {
        taken.addAll(earlier.payloads());
        measure(frozen);
        quota.reserve(frozen, earlier);
        frozen.sealed().forEach(this::box);
        frozen.pendingOnly().forEach(this::box);
        earlier.carried().forEach(this::carry);
        frozen.unsettled().forEach(this::unsettled);
        for (String name : frozen.leftOut()) {
            leaveOut(name, "the box is not sealed");
        }
        boxes.replaceAll(ties::bound);
        return boxes;
    }

    /// Fields that this version does not know, of the manifest or a box, for the directory being written.
    ///
    /// @throws HandlerRefusal if they name contents that cannot be had
    Map<String, Object> unknown(Map<String, Object> fields) throws HandlerRefusal {
        return earlier.adoptUnknown(fields, this::freshPayload);
    }

    private void carry(Map<String, Object> box) {
        try {
            boxes.add(unknown(box));
        } catch (HandlerRefusal unavailable) {
            leaveOut(String.valueOf(EntryNode.text(box, EntryNode.NAME)), unavailable.getMessage());
        }
    }

    /// Neither sealed nor unsealed for longer than a save can wait.
    private void unsettled(String box) {
        failedBoxes++;
        String kept = keepEarlier(box) ? KEPT : "";
        leaveOut(box, "its handlers are being asked whether it may be sealed or unsealed" + kept);
    }

    private void leaveOut(String box, String why) {
        leftOut.add(new Left(box, Optional.empty(), Optional.empty(), why));
    }

    private boolean keepEarlier(String box) {
        Optional<Map<String, Object>> before = earlier.box(box);
        before.ifPresent(boxes::add);
        return before.isPresent();
    }

    List<Left> leftOut() {
        return leftOut;
    }

    /// How many sealed boxes could not be saved.
    int failedBoxes() {
        return failedBoxes;
    }

    private void measure(Frozen frozen) {
        var descriptors = new ArrayList<OwnedFd>();
        for (Look look : frozen.sealed()) {
            entriesTotal += look.entries().size();
            for (Entry entry : look.entries()) {
                entry.content().descriptor().ifPresent(descriptors::add);
            }
            look.entries().forEach(entry -> bytesTotal += SaveProgress.bytesOf(entry));
        }
        frozen.pendingOnly().forEach(look -> entriesTotal += look.entries().size());
        aliases = SameDescription.aliases(descriptors);
        report();
    }

    private void box(Look look) {
        BoxInfo info = look.box();
        int leftBefore = leftOut.size();
        int freshBefore = fresh.size();
        int usedBefore = used.size();
        written.begin(info.name());
        quota.begin(info.name());
        try {
            var nodes = new ArrayList<Map<String, Object>>();
            Map<Entry, Map<String, Object>> known = new IdentityHashMap<>(asking.nodes(look, aliases));
            known.putAll(asBefore(look));
            entriesDone += known.size();
            for (Entry entry : look.entries()) {
                nodes.add(entry(info.name(), entry, known.get(entry)));
                entriesDone += known.containsKey(entry) ? 0 : 1;
            }
            report();
            boxes.add(BoxNode.of(look, nodes, unknown(earlier.unknownFields(info))));
            written.keep();
        } catch (EntryFailed | HandlerRefusal failed) {
            leftOut.subList(leftBefore, leftOut.size()).clear();
            discardPayloads(freshBefore, usedBefore);
            quota.undo();
            giveUp(info.name(), failed);
        }
    }

    /// The box is not saved now; what an earlier handover has of it stays.
    private void giveUp(String box, Exception failed) {
        failedBoxes++;
        String kept = keepEarlier(box) ? KEPT : "";
        Optional<Entry> entry =
                failed instanceof EntryFailed one ? Optional.of(one.entry()) : Optional.empty();
        leftOut.add(new Left(
                box,
                entry.map(Entry::name),
                entry.map(one -> one.content().compatible()),
                "the box could not be saved: " + failed.getMessage() + kept));
        report();
    }

    /// What is written again as it was saved before, whatever the policy.
    private Map<Entry, Map<String, Object>> asBefore(Look look) throws EntryFailed {
        var nodes = new IdentityHashMap<Entry, Map<String, Object>>();
        for (Entry entry : look.entries()) {
            switch (entry.content()) {
                case Content.Pending(_, _, var node) -> nodes.put(entry, asBefore(entry, node));
                case Content.Held _ when entry.saved().isPresent() ->
                    nodes.put(entry, asBefore(entry, entry.saved().get()));
                case Content.Held _ -> {
                    // Its handler is asked.
                }
            }
        }
        return nodes;
    }

    /// @param known what its handler says of it, or was saved before; null of what is another's open file, or lives only while it is held
    private Map<String, Object> entry(String box, Entry entry, Map<String, Object> known) {
        return switch (entry.content()) {
            case Content.Pending _ -> known;
            case Content.Held _ when entry.saved().isPresent() -> known;
            case Content.Held(var fd, var kind) -> {
                OwnedFd description = aliases.getOrDefault(fd, fd);
                Optional<String> sameAs = written.sameAs(description);
                boolean live = kind.survival() == Survival.LIVE;
                if (live) {
                    leftOut.add(new Left(box, Optional.of(entry.name()), Optional.of(kind.compatible()),
                            EntryNode.reason(kind)));
                }
                if (sameAs.isPresent()) {
                    yield EntryNode.alias(entry, sameAs.get());
                }
                written.add(description, entry.name());
                yield live
                        ? EntryNode.live(entry, kind)
                        : ties.kept(box, known, earlier.tie(box, entry.name()));
            }
        };
    }

    private Map<String, Object> asBefore(Entry entry, Map<String, Object> node) throws EntryFailed {
        try {
            Map<String, Object> adopted = earlier.adopt(node, this::freshPayload);
            quota.keep(adopted);
            return adopted;
        } catch (HandlerRefusal unavailable) {
            throw new EntryFailed(entry, unavailable.getMessage());
        }
    }

    /// A manifest that somebody wrote by hand may name what would come next.
    private String freshPayload() {
        String name;
        do {
            name = "payload/" + generation + "-" + ++payloadCount;
        } while (taken.contains(name) || folder.has(name) || underway.has(folder, name));
        fresh.add(name);
        return name;
    }

    /// Nothing of this save will be used.
    void discardPayloads() {
        discardPayloads(0, 0);
    }

    /// Nothing of this save will be used from the so-many-th payload on, so nothing of it takes room; copies that were made ahead
    /// wait for the next save.
    private void discardPayloads(int from, int usedFrom) {
        fresh.subList(from, fresh.size()).forEach(folder::delete);
        List<PreparedCopies.Copy> unneeded = used.subList(usedFrom, used.size());
        unneeded.forEach(copy -> prepared.orElseThrow().giveBack(copy));
        unneeded.clear();
    }

    /// The payloads are the manifest's now.
    void keepPayloads() {
        used.forEach(copy -> prepared.orElseThrow().finish(copy));
        used.clear();
    }

    private void report() {
        progress.accept(progressNow());
    }

    SaveProgress progressNow() {
        return new SaveProgress(asking.bytesDone(), Math.max(asking.bytesDone(), bytesTotal),
                entriesDone + asking.answered(), entriesTotal);
    }
}
