package org.fdbox.daemon.box;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Name;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.PeerCredentials;

/// Making and deleting boxes, putting and dropping entries, looking at them. Each method is one visit under the lock: look up,
/// judge, change.
public final class BoxStore {

    private final Shelf shelf;
    private final Putting putting;

    BoxStore(Shelf shelf) {
        this.shelf = shelf;
        this.putting = new Putting(shelf);
    }

    /// From now on; whoever holds more keeps it.
    public void setLimits(Limits limits) {
        synchronized (shelf) {
            shelf.quotas().setLimits(limits);
        }
    }

    // Boxes

    /// @param mode nine permission bits
    public void create(PeerCredentials who, String name, int mode) throws Refused {
        if (!Access.isSomebody(who.uid())) {
            throw new Refused.AccessDenied(Optional.empty(), "create");
        }
        Name.check(name);
        synchronized (shelf) {
            if (shelf.boxes().containsKey(name) || shelf.reserved().contains(name)) {
                throw new Refused.BoxExists(name);
            }
            shelf.quotas().requireRoomForBox(who.uid());
            shelf.quotas().addBoxes(who.uid(), 1);
            var access = new Access(who.uid(), who.gid(), mode);
            var box = new Box(name, access, shelf.nowUSec(), Box.Seal.OPEN);
            shelf.boxes().put(name, box);
            shelf.note(List.of(box.state()));
        }
        shelf.safekeeping().settle();
    }

    /// Whether a box may be deleted now.
    public void requireDeletable(PeerCredentials who, String name) throws Refused {
        synchronized (shelf) {
            deletable(who, name);
        }
    }

    private Box deletable(PeerCredentials who, String name) throws Refused {
        Box box = shelf.authorised(who, name, Right.OWN);
        box.requireSettled();
        box.requireNothingOut();
        box.requireNotFrozen();
        return box;
    }

    /// Deletes a box. May block.
    ///
    /// @param before made durable first, while nobody can change the box; if it fails, the box stays
    /// @return how many entries it held
    public int delete(PeerCredentials who, String name, Durable before) throws Refused {
        Box box;
        Box.Seal seal;
        synchronized (shelf) {
            box = deletable(who, name);
            seal = unsettle(box);
        }
        try {
            before.make();
        } catch (Refused | RuntimeException failed) {
            settle(box, seal);
            throw failed;
        }
        List<Entry> released;
        synchronized (shelf) {
            shelf.boxes().remove(name);
            shelf.quotas().addBoxes(box.access().owner(), -1);
            released = List.copyOf(box.entries());
            released.forEach(entry -> shelf.forget(box, entry));
            shelf.note(Change.both(Change.gone(name, released), List.of(new Change.BoxGone(name))));
            settle(box, seal);
        }
        shelf.letGo(released);
        shelf.safekeeping().settle();
        return released.size();
    }

    /// Under the lock; answers what to settle for in the end.
    private static Box.Seal unsettle(Box box) {
        Box.Seal seal = box.seal();
        box.setSeal(box.unsettled());
        return seal;
    }

    private void settle(Box box, Box.Seal seal) {
        synchronized (shelf) {
            box.setSeal(seal);
            shelf.notifyAll();
        }
    }

    /// The boxes that this user may know of, by name.
    public List<BoxInfo> list(PeerCredentials who) {
        synchronized (shelf) {
            return shelf.boxes().values().stream()
                    .filter(box -> box.access().visibleTo(who))
                    .map(Box::info)
                    .toList();
        }
    }

    /// What is empty stays. As with files, only root gives away, and a new group must be one's own.
    public void setAccess(PeerCredentials who, String name, OptionalInt owner, OptionalInt group,
            OptionalInt mode)
            throws Refused {
        synchronized (shelf) {
            Box box = shelf.authorised(who, name, Right.OWN);
            box.requireSettled();
            Access old = box.access();
            var changed =
                    new Access(owner.orElse(old.owner()), group.orElse(old.group()), mode.orElse(old.mode()));
            boolean givesAway = changed.owner() != old.owner();
            boolean strangeGroup = changed.group() != old.group() && !who.inGroup(changed.group());
            if (who.uid() != 0 && (givesAway || strangeGroup)) {
                throw new Refused.AccessDenied(Optional.of(name), Right.OWN.word());
            }
            if (givesAway) {
                shelf.quotas().requireRoomForBox(changed.owner());
                shelf.quotas().addBoxes(old.owner(), -1);
                shelf.quotas().addBoxes(changed.owner(), 1);
            }
            box.setAccess(changed);
            shelf.note(List.of(box.state()));
        }
        shelf.safekeeping().settle();
    }

    // Entries

    /// The first half of a put's refusals, before anybody looks at the descriptor.
    public void requirePuttable(PeerCredentials who, String name) throws Refused {
        synchronized (shelf) {
            shelf.authorised(who, name, Right.PUT).requireOpen();
        }
    }

    /// Whether a put may have to wait until somebody keeps what it brings.
    public boolean waitsToPut() {
        return putting.waits();
    }

    /// Adds entries, all or none. May block if [#waitsToPut].
    ///
    /// @param added with different names; their descriptors belong to the store if this returns, and to the caller else
    public List<EntryInfo> put(PeerCredentials who, String name, List<Entry> added, boolean replace)
            throws Refused {
        return putting.put(who, name, added, replace);
    }

    /// Whether an entry may be dropped now; answers whether it is pending.
    public boolean requireDroppable(PeerCredentials who, String name, String entryName) throws Refused {
        synchronized (shelf) {
            Box box = shelf.authorised(who, name, Right.DROP);
            box.requireSettled();
            if (box.seal() == Box.Seal.SEALED && !box.isPending(entryName)) {
                throw new Refused.BoxSealed(name);
            }
            if (box.isPending(entryName)) {
                box.requireNotFrozen();
                return true;
            }
            box.available(entryName);
            return false;
        }
    }

    public void drop(PeerCredentials who, String name, String entryName) throws Refused {
        Entry dropped;
        synchronized (shelf) {
            requireDroppable(who, name, entryName);
            Box box = shelf.boxes().get(name);
            dropped = box.entry(entryName);
            shelf.forget(box, dropped);
            shelf.note(Change.gone(name, List.of(dropped)));
        }
        shelf.letGo(List.of(dropped));
        shelf.safekeeping().settle();
    }

    /// Drops a pending entry. May block.
    ///
    /// @param before made durable first, while nobody can change the box; if it fails, the entry stays
    public void dropPending(PeerCredentials who, String name, String entryName, Durable before)
            throws Refused {
        Box box;
        Entry dropped;
        Box.Seal seal;
        synchronized (shelf) {
            requireDroppable(who, name, entryName);
            box = shelf.boxes().get(name);
            dropped = box.entry(entryName);
            seal = unsettle(box);
        }
        boolean durable = false;
        try {
            before.make();
            durable = true;
        } finally {
            synchronized (shelf) {
                if (durable) {
                    shelf.forget(box, dropped);
                }
                settle(box, seal);
            }
        }
        shelf.letGo(List.of(dropped));
    }

    /// The entries of an open box that are in it and hold something, for Prepare.
    ///
    /// @return closed by the caller
    public Look lookToPrepare(PeerCredentials who, String name) throws Refused {
        synchronized (shelf) {
            Box box = shelf.authorised(who, name, Right.PREPARE);
            box.requireOpen();
            return shelf.look(box,
                    box.entries().stream().filter(entry -> !entry.isPending() && !entry.isOut()).toList());
        }
    }

    /// A box with its entries, for List.
    ///
    /// @return closed by the caller
    public Look look(PeerCredentials who, String name) throws Refused {
        synchronized (shelf) {
            Box box = shelf.authorised(who, name, Right.LIST);
            return shelf.look(box, box.entries());
        }
    }

    /// A box with one of its entries, for Holders: also where it is sealed or on lease.
    ///
    /// @return closed by the caller
    /// @throws Refused.FdPending where there is no descriptor to look at
    public Look look(PeerCredentials who, String name, String entryName) throws Refused {
        synchronized (shelf) {
            Box box = shelf.authorised(who, name, Right.LIST);
            return shelf.look(box, List.of(box.held(entryName)));
        }
    }
}
