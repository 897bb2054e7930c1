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
import org.fdbox.protocol.Refused;
import org.fdbox.sys.PeerCredentials;

/// The boxes, the one lock, which is this object, and what every visit needs. What is called under the lock says so.
final class Shelf {

    private final Map<String, Box> boxes = new TreeMap<>();
    private final Set<String> reserved = new HashSet<>();
    private final Quotas quotas;
    private final DescriptorBudget budget;
    private final Disposal disposal;
    private final InstantSource clock;
    private final Safekeeping safekeeping;

    Shelf(Limits limits, DescriptorBudget budget, Disposal disposal, InstantSource clock,
            Safekeeping safekeeping) {
        this.quotas = new Quotas(limits);
        this.budget = budget;
        this.disposal = disposal;
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

    /// The box, if this user may do this to it.
    Box authorised(PeerCredentials who, String name, Right right) throws Refused {
        Box box = boxes.get(name);
        if (box == null || !box.access().visibleTo(who)) {
            throw new Refused.NoSuchBox(name);
        }
        if (!box.access().allows(who, right)) {
            throw new Refused.AccessDenied(Optional.of(name), right.word());
        }
        return box;
    }

    Look look(Box box, Collection<Entry> seen) {
        List<Entry> entries = List.copyOf(seen);
        entries.forEach(Entry::pin);
        return new Look(this, box.info(), entries, entries.stream().map(Entry::info).toList());
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

    // Without the lock

    Safekeeping safekeeping() {
        return safekeeping;
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
