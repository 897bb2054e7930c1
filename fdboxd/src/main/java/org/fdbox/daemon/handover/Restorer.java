package org.fdbox.daemon.handover;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fdbox.daemon.box.Access;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.LiveBox;
import org.fdbox.daemon.box.Provenance;
import org.fdbox.daemon.box.Reason;
import org.fdbox.daemon.box.Seals;
import org.fdbox.daemon.box.Withheld;
import org.fdbox.daemon.kexec.Incoming;
import org.fdbox.protocol.Name;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply.Left;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.sys.OwnedFd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the boxes of a manifest back. One object a recovery; not thread-safe.
final class Restorer {

    private static final Logger LOG = LoggerFactory.getLogger(Restorer.class);

    private final HandlerRegistry handlers;
    private final Remake remake;
    private final StateDirectory directory;
    private final Journal journal;
    private final Alive alive;
    private final Recheck.Rules rules;
    private int room;
    private Repair repair;
    private Rescue rescue;

    private final Map<String, Map<String, Entry>> recovered = new LinkedHashMap<>();
    private final Map<String, Map<String, Object>> heads = new HashMap<>();
    /// What each description that several nodes share has become.
    private final Map<String, Content.Held> descriptions = new HashMap<>();
    private final List<Map<String, Object>> carried = new ArrayList<>();
    private final List<Left> lost = new ArrayList<>();

    /// @param alive what needs no handler, since it was never closed
    /// @param room how many descriptors there may be besides
    Restorer(HandlerRegistry handlers, StateDirectory directory, Journal journal, Alive alive, int room,
            Recheck.Rules rules) {
        this.alive = alive;
        this.room = room;
        this.rules = rules;
        this.handlers = handlers;
        this.remake = new Remake(handlers);
        this.directory = directory;
        this.journal = journal;
    }

    /// Makes everything again that can be, and puts the boxes into the store: sealed, and those that are alive as they were.
    ///
    /// @param boxes resolved by [Descriptions]
    /// @param incoming what the last kernel left; stays the caller's
    /// @param overKexec whether what is alive was carried over a kexec
    void restore(List<Map<String, Object>> boxes, Seals seals, Incoming incoming, boolean overKexec) {
        repair = new Repair(handlers, remake, directory.payloads(), overKexec);
        Set<String> spent = Descriptions.spent(boxes, journal);
        try (var session = new Recovery(incoming)) {
            boxes.forEach(box -> shareLive(box, session));
            for (Map<String, Object> box : boxes) {
                box(box, spent, session);
            }
        }
        recovered.forEach((name, entries) -> {
            if (alive.box(name).isEmpty()) {
                entries.replaceAll((_, entry) -> tiedAfterAll(entry));
            }
        });
        rescue = new Rescue(directory.payloads(), incoming);
        recovered.values().forEach(entries -> entries.replaceAll((_, entry) -> rescue.of(entry)));
        recoverAlive(seals);
        seals.discard(repair.replaced());
        var recheck = new Recheck(rules);
        recovered.forEach((name, entries) -> {
            if (alive.box(name).isPresent()) {
                return;
            }
            Map<String, Object> head = heads.get(name);
            long created = EntryNode.number(head, "createdUSec", 0);
            Access saved = BoxNode.access(head);
            Optional<Withheld> withheld = recheck.of(name, saved, entries.values());
            Access access = withheld.isPresent() ? rules.ownersAlone() : saved;
            seals.recover(name, access, created, true, List.copyOf(entries.values()), withheld);
        });
    }

    /// Boxes that outlived the daemon, with what is only saved of them.
    private void recoverAlive(Seals seals) {
        for (LiveBox box : alive.boxes()) {
            Map<String, Entry> entries = recovered.computeIfAbsent(box.name(), _ -> new LinkedHashMap<>());
            alive.takeRest(box.name()).forEach(entry -> entries.put(entry.name(), entry));
            seals.recover(box.state(), List.copyOf(entries.values()));
        }
    }

    /// What others have in common with a live entry comes from that, and not from what was saved of it.
    private void shareLive(Map<String, Object> box, Recovery session) {
        for (Map<String, Object> fd : Manifest.nodes(box.get("fds"))) {
            Entry live = alive.entry(EntryNode.text(box, EntryNode.NAME), EntryNode.text(fd, EntryNode.NAME));
            if (live != null && !repair.isNeeded(live, fd)) {
                share(fd, live.content());
                live.content().descriptor()
                        .ifPresent(file -> session.of(directory.payloads(), fd).madeInode(file));
            }
        }
    }

    /// Payloads that no manifest names yet.
    Set<String> rescued() {
        return rescue.files();
    }

    /// Boxes that this version does not understand.
    List<Map<String, Object>> carried() {
        return carried;
    }

    Set<String> carriedNames() {
        return carried.stream().map(box -> EntryNode.text(box, EntryNode.NAME)).collect(Collectors.toSet());
    }

    /// What is gone, with the reason.
    List<Left> lost() {
        return lost;
    }

    int boxCount() {
        return recovered.size();
    }

    int entryCount() {
        return recovered.values().stream()
                .flatMap(entries -> entries.values().stream())
                .mapToInt(entry -> entry.content() instanceof Content.Held ? 1 : 0)
                .sum();
    }

    private void box(Map<String, Object> node, Set<String> spent, Recovery session) {
        String name = EntryNode.text(node, "name");
        if (!isName(name) || recovered.containsKey(name)) {
            lose(String.valueOf(name), null, null,
                    "the manifest gives the box no proper name, or gives it twice");
            return;
        }
        if (!Manifest.BOX_COMPATIBLE.equals(EntryNode.text(node, EntryNode.COMPATIBLE))) {
            carried.add(node);
            return;
        }
        if (journal.isFinished(name)) {
            return;
        }
        var entries = new LinkedHashMap<String, Entry>();
        int finished = 0;
        for (Map<String, Object> fd : Manifest.nodes(node.get("fds"))) {
            String entry = EntryNode.text(fd, EntryNode.NAME);
            if (!isName(entry) || entries.containsKey(entry)) {
                lose(name, entry, null, "the manifest gives the entry no proper name, or gives it twice");
            } else if (journal.isFinished(name, entry)) {
                finished++;
            } else {
                entry(name, entry, fd, spent, session, entries);
            }
        }
        if (finished > 0 && entries.isEmpty()) {
            return;
        }
        recovered.put(name, entries);
        heads.put(name, node);
    }

    private void entry(
            String box,
            String name,
            Map<String, Object> node,
            Set<String> spent,
            Recovery session,
            Map<String, Entry> entries) {
        String compatible = EntryNode.text(node, EntryNode.COMPATIBLE);
        Entry live = alive.take(box, name);
        if (live != null) {
            Entry kept = repair.isNeeded(live, node)
                    ? repair.of(box, live, node, shared(node), session)
                    : stillSaved(live, node);
            entries.put(name, kept);
            share(node, kept.content());
            return;
        }
        if (node.containsKey(EntryNode.SAME_AS)) {
            lose(box, name, compatible, "it is the same open file as " + node.get(EntryNode.SAME_AS)
                    + ", and no entry of the manifest says what that is");
        } else if (compatible == null) {
            lose(box, name, null, "the manifest does not say what kind it is");
        } else if (Boolean.TRUE.equals(node.get(EntryNode.LIVE))) {
            lose(box, name, compatible, "nobody held it open: " + node.get(EntryNode.REASON));
        } else if (Descriptions.isSpent(node, spent) || node.containsKey(EntryNode.SPENT)) {
            entries.put(name, pending(name, Descriptions.markSpent(node), ALIAS_SPENT));
        } else if (room <= 0) {
            entries.put(name,
                    pending(name, node, "the daemon has no descriptor numbers left; raise its limit"));
        } else if (isTied(node)) {
            entries.put(name, tied(name, node));
        } else {
            Entry entry = restored(box, name, node, session);
            entries.put(name, entry);
            directory.steps().reached(Step.ENTRY_RESTORED);
            share(node, entry.content());
        }
    }

    private void share(Map<String, Object> node, Content content) {
        String description = EntryNode.text(node, Descriptions.DESCRIPTION);
        if (description != null && content instanceof Content.Held held) {
            descriptions.putIfAbsent(description, held);
        }
    }

    /// What an entry's open file has become under another name; null if nothing.
    private Content.Held shared(Map<String, Object> node) {
        return descriptions.get(EntryNode.text(node, Descriptions.DESCRIPTION));
    }

    /// Whether an entry is to be what its open file is under another name.
    private boolean isTied(Map<String, Object> node) {
        return room > 0 && shared(node) != null && !node.containsKey(EntryNode.SPENT)
                && Provenance.fault(node).isEmpty();
    }

    private Entry tied(String name, Map<String, Object> node) {
        Content.Held held = shared(node);
        return held(name, node, held.fd().dup(), held.kind());
    }

    /// Only the putter of a later name could make the open file again: the names come back together, in whatever order they are saved.
    private Entry tiedAfterAll(Entry entry) {
        return entry.content() instanceof Content.Pending(_, _, var node) && isTied(node)
                ? tied(entry.name(), node)
                : entry;
    }

    /// What no handler here can preserve is saved as it was before, for as long as its box stays sealed.
    private Entry stillSaved(Entry live, Map<String, Object> node) {
        boolean preserved =
                handlers.named(live.content().compatible()).orElse(null) instanceof PreservingHandler;
        return preserved || Boolean.TRUE.equals(node.get(EntryNode.LIVE)) ? live : live.savedAs(node);
    }

    private static final String ALIAS_SPENT =
            "another box with the same open file was unsealed since this was saved, so these contents may be old";

    private Entry restored(String box, String name, Map<String, Object> node, Recovery session) {
        return switch (remake.of(box, node, session.of(directory.payloads(), node))) {
            case Content.Held(var fd, var kind) -> held(name, node, fd, kind);
            case Content.Pending(_, var reason, _) -> pending(name, node, reason);
        };
    }

    private Entry held(String name, Map<String, Object> node, OwnedFd fd, Content.Kind kind) {
        room--;
        return new Entry(name, new Content.Held(fd, kind), Provenance.putter(node), Provenance.putUSec(node));
    }

    private static Entry pending(String name, Map<String, Object> node, String reason) {
        String compatible = Optional.ofNullable(EntryNode.text(node, EntryNode.COMPATIBLE)).orElse("unknown");
        return new Entry(
                name, new Content.Pending(compatible, reason, node), Provenance.putter(node),
                Provenance.putUSec(node));
    }

    private static boolean isName(String name) {
        try {
            return name != null && Name.check(name).equals(name);
        } catch (Refused.InvalidName bad) {
            return false;
        }
    }

    private void lose(String box, String name, String compatible, String reason) {
        lost.add(new Left(Reason.shortened(box), Optional.ofNullable(name).map(Reason::shortened),
                Optional.ofNullable(compatible).map(Reason::shortened), Reason.shortened(reason)));
    }
}
