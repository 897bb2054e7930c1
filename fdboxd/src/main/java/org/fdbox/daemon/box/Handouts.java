package org.fdbox.daemon.box;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Happening;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.PeerCredentials;

/// Handing entries out: taken, copied, or on lease.
public final class Handouts {

    private final Shelf shelf;
    /// Guarded by the lock.
    private long leaseCount;

    Handouts(Shelf shelf) {
        this.shelf = shelf;
    }

    /// Starts to hand out entries, all or none.
    ///
    /// @param names without doubles; empty: everything in the box
    /// @param holder who may confirm, if it is a lease
    /// @param most how many may be handed out at once
    public Handout start(
            Caller caller,
            String name,
            Optional<List<String>> names,
            Handout.Purpose purpose,
            LeaseHolder holder,
            int most)
            throws Refused {
        boolean copying = purpose == Handout.Purpose.COPY;
        PeerCredentials account = caller.account();
        synchronized (shelf) {
            Box box = shelf.authorised(caller, name, copying ? Right.COPY : Right.TAKE);
            box.requireOpen();
            List<Entry> entries = names.isPresent() ? available(box, names.get()) : box.allAvailable();
            if (entries.size() > most) {
                throw new Refused.TooManyFileDescriptors(most, entries.size());
            }
            if (purpose == Handout.Purpose.LEASE) {
                shelf.quotas().requireRoomForLease(account);
            }
            List<EntryInfo> infos = entries.stream().map(Entry::info).toList();
            entries.forEach(Entry::pin);
            entries.forEach(copying ? entry -> entry.addCopying(1) : entry -> entry.setOut(true));
            Lease lease =
                    purpose == Handout.Purpose.LEASE ? lease(holder, account.uid(), name, entries) : null;
            return new Handout(this, purpose, account.uid(), name, entries, infos, lease);
        }
    }

    private static List<Entry> available(Box box, List<String> names) throws Refused {
        var entries = new ArrayList<Entry>();
        for (String name : names) {
            entries.add(box.available(name));
        }
        return entries;
    }

    private Lease lease(LeaseHolder holder, int uid, String box, List<Entry> entries) {
        var lease = new Lease(Long.toHexString(++leaseCount), holder, uid, box, entries);
        holder.leases().put(lease.id(), lease);
        shelf.quotas().addLeases(uid, 1);
        return lease;
    }

    void sent(Handout handout) {
        switch (handout.purpose()) {
            case TAKE -> leave(Happening.GOT, handout.uid(), handout.box(), handout.entries());
            case COPY -> copied(handout.entries());
            // Stays marked and pinned until Confirm, or until its holder ends.
            case LEASE -> tell(Happening.LEASED, handout.lease());
        }
    }

    /// Nothing changes, so the lock is taken only for who watches.
    private void tell(Happening what, Lease lease) {
        if (shelf.isWatched()) {
            synchronized (shelf) {
                note(what, lease);
            }
            shelf.deliverEvents();
        }
    }

    /// Under the lock. A box with something out is still there.
    private void note(Happening what, Lease lease) {
        shelf.note(what, shelf.boxes().get(lease.box()), lease.entries(), lease.uid());
    }

    private void copied(List<Entry> entries) {
        synchronized (shelf) {
            entries.forEach(entry -> entry.addCopying(-1));
        }
        shelf.unpin(entries);
    }

    void notSent(Handout handout) {
        if (handout.purpose() == Handout.Purpose.COPY) {
            copied(handout.entries());
            return;
        }
        synchronized (shelf) {
            if (handout.lease() != null) {
                end(handout.lease().holder(), handout.lease().id());
            }
            handout.entries().forEach(entry -> entry.setOut(false));
        }
        shelf.unpin(handout.entries());
    }

    /// Makes leased entries leave their box.
    public void confirm(LeaseHolder holder, String id) throws Refused.NoSuchLease {
        Lease lease;
        synchronized (shelf) {
            lease = end(holder, id);
        }
        if (lease == null) {
            throw new Refused.NoSuchLease(id);
        }
        leave(Happening.CONFIRMED, lease.uid(), lease.box(), lease.entries());
    }

    /// What a holder has on lease, or is about to get.
    public List<OpenLease> leases(LeaseHolder holder) {
        synchronized (shelf) {
            return holder.leases().values().stream()
                    .map(lease -> new OpenLease(lease.id(), lease.uid(), lease.box(),
                            lease.entries().stream().map(Entry::name).toList()))
                    .toList();
        }
    }

    /// Has leases of another process go on here: their entries are out until the holder confirms or ends. Quotas count them and
    /// do not refuse them, and nobody is told.
    ///
    /// @throws Malformed if one is of something that is not here, pending, or out already; nothing is on lease then
    public void restore(LeaseHolder holder, List<OpenLease> leases) throws Malformed {
        synchronized (shelf) {
            var restored = new ArrayList<Lease>();
            var entries = new HashSet<Entry>();
            for (OpenLease open : leases) {
                var lease = new Lease(open.id(), holder, open.uid(), open.box(), leased(open));
                restored.add(lease);
                if (!lease.entries().stream().allMatch(entries::add)) {
                    throw new Malformed(open + " has what is on lease already");
                }
            }
            for (Lease lease : restored) {
                lease.entries().forEach(Entry::pin);
                lease.entries().forEach(entry -> entry.setOut(true));
                holder.leases().put(lease.id(), lease);
                shelf.quotas().addLeases(lease.uid(), 1);
            }
        }
    }

    private List<Entry> leased(OpenLease lease) throws Malformed {
        try {
            Box box = shelf.boxes().get(lease.box());
            if (box == null) {
                throw new Refused.NoSuchBox(lease.box());
            }
            return available(box, lease.entries());
        } catch (Refused wrong) {
            throw new Malformed(lease + " cannot be: " + wrong.getMessage());
        }
    }

    /// How many leases there have been, which is where their names come from.
    public long leaseCount() {
        synchronized (shelf) {
            return leaseCount;
        }
    }

    /// No lease from now on has a name that one of so many before had.
    public void continueLeases(long count) {
        synchronized (shelf) {
            leaseCount = Math.max(leaseCount, count);
        }
    }

    /// The holder has ended: what it had on lease is back in its boxes.
    ///
    /// @return how many entries came back
    public int giveBack(LeaseHolder holder) {
        var returned = new ArrayList<Entry>();
        synchronized (shelf) {
            for (Lease lease : List.copyOf(holder.leases().values())) {
                returned.addAll(end(holder, lease.id()).entries());
                note(Happening.RETURNED, lease);
            }
            returned.forEach(entry -> entry.setOut(false));
        }
        shelf.deliverEvents();
        shelf.unpin(returned);
        return returned.size();
    }

    /// Under the lock; null if there is no such lease.
    private Lease end(LeaseHolder holder, String id) {
        Lease lease = holder.leases().remove(id);
        if (lease != null) {
            shelf.quotas().addLeases(lease.uid(), -1);
        }
        return lease;
    }

    /// A box with something out can be neither deleted nor sealed, so it is still there.
    private void leave(Happening what, int uid, String boxName, List<Entry> entries) {
        synchronized (shelf) {
            Box box = shelf.boxes().get(boxName);
            entries.forEach(entry -> shelf.forget(box, entry));
            shelf.note(Change.gone(boxName, entries));
            shelf.note(what, box, entries, uid);
        }
        shelf.deliverEvents();
        shelf.letGo(entries);
        shelf.unpin(entries);
        shelf.safekeeping().settle();
    }
}
