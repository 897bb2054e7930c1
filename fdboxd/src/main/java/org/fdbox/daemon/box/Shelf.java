package org.fdbox.daemon.box;

import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Happening;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.PeerCredentials;

/// The boxes, the one lock, which is this object, and what every visit needs. What is called under the lock says so.
final class Shelf {

    private final Map<String, Box> boxes = new TreeMap<>();
    private final Set<String> reserved = new HashSet<>();
    private final Quotas quotas;
    private final DescriptorBudget budget;
    private final Disposal disposal;
    private final Events events;
    private final InstantSource clock;
    private final Safekeeping safekeeping;

    Shelf(PolicyInForce policy, DescriptorBudget budget, Disposal disposal, Events events,
            InstantSource clock, Safekeeping safekeeping) {
        this.quotas = new Quotas(policy);
        this.budget = budget;
        this.disposal = disposal;
        this.events = events;
        this.clock = clock;
        this.safekeeping = safekeeping;
    }

    // Under the lock

    Map<String, Box> boxes() {
        return boxes;
    }

    /// Names that no new box may have.
    Set<String> reserved() {
        return reserved;
    }

    Quotas quotas() {
        return quotas;
    }

    DescriptorBudget budget() {
        return budget;
    }

    long nowUSec() {
        return TimeUnit.MILLISECONDS.toMicros(clock.millis());
    }

    /// The box, if this caller may do this to it.
    Box authorised(Caller caller, String name, Right right) throws Refused {
        Box box = seen(caller, name);
        if (!may(caller, box, right)) {
            throw new Refused.AccessDenied(Optional.of(name), right.word());
        }
        return box;
    }

    /// The box, if this caller may know that there is one.
    Box seen(Caller caller, String name) throws Refused.NoSuchBox {
        Box box = boxes.get(name);
        if (box == null || !sees(caller, box)) {
            throw new Refused.NoSuchBox(name);
        }
        return box;
    }

    boolean sees(Caller caller, Box box) {
        return switch (caller) {
            case Caller.Peer(var who) -> box.access().visibleTo(who);
            case BoxHandle handle -> handle.reaches(box);
        };
    }

    boolean may(Caller caller, Box box, Right right) {
        return switch (caller) {
            case Caller.Peer(var who) -> box.access().allows(who, right);
            case BoxHandle handle -> handle.reaches(box) && handle.allows(right);
        };
    }

    Look look(Box box, Collection<Entry> seen) {
        List<Entry> entries = List.copyOf(seen);
        entries.forEach(Entry::pin);
        Access toSave = box.withheld().map(Withheld::saved).orElse(box.access());
        return new Look(this, box.info(), toSave, entries, entries.stream().map(box::shown).toList());
    }

    /// Puts a box in its place with all that it holds. Quotas and budget count it and do not refuse it: nothing that was there
    /// before is thrown away.
    void admit(Change.BoxIs state, List<Entry> entries) {
        var box = new Box(state);
        boxes.put(box.name(), box);
        quotas.addBoxes(state.access().owner(), 1);
        int held = 0;
        for (Entry entry : entries) {
            if (!state.sealed()) {
                entry.forgetSaved();
            }
            box.add(entry);
            quotas.addEntries(entry.putter().uid(), 1);
            held += entry.isPending() ? 0 : 1;
        }
        budget.addAnyway(held);
    }

    /// @return closed by whoever gets it
    BoxHandle handle(Box box, Set<HandleRight> rights, PeerCredentials opener) {
        var handle = new BoxHandle(this, box, rights, opener);
        box.handles().add(handle);
        return handle;
    }

    /// Takes an entry out of its box. Its descriptor is still to be let go of, without the lock.
    void forget(Box box, Entry entry) {
        box.remove(entry);
        quotas.addEntries(entry.putter().uid(), -1);
    }

    /// Notes what has changed; [Safekeeping#settle] is still to be called, without the lock.
    void note(List<Change> changes) {
        safekeeping.note(changes);
    }

    /// Notes what has happened to a box. Whoever calls this calls [#deliverEvents] once it has let go of the lock.
    void note(Happening what, Box box, int uid) {
        if (events.wanted()) {
            events.note(new Event(what, box, Optional.empty(), uid));
        }
    }

    /// Notes what has happened to entries of a box.
    void note(Happening what, Box box, List<Entry> entries, int uid) {
        if (events.wanted()) {
            for (Entry entry : entries) {
                events.note(new Event(what, box, Optional.of(entry.name()), uid));
            }
        }
    }

    // Without the lock

    Safekeeping safekeeping() {
        return safekeeping;
    }

    boolean isWatched() {
        return events.wanted();
    }

    void deliverEvents() {
        events.deliver();
    }

    /// Their box has forgotten them; whoever still looks at one keeps it open.
    void letGo(List<Entry> entries) {
        List<Entry> closing;
        synchronized (this) {
            closing = entries.stream().filter(Entry::remove).toList();
        }
        dispose(closing);
    }

    void unpin(List<Entry> entries) {
        List<Entry> closing;
        synchronized (this) {
            closing = entries.stream().filter(Entry::unpin).toList();
        }
        dispose(closing);
    }

    private void dispose(List<Entry> closing) {
        for (Entry entry : closing) {
            if (entry.content() instanceof Content.Held held) {
                disposal.dispose(held, entry.putter().uid(), () -> budget.release(1));
            }
        }
    }
}
