package org.fdbox.daemon.box;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Happening;
import org.fdbox.protocol.Name;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.PeerCredentials;

/// Making and deleting boxes, putting and dropping entries. Each method is one visit under the lock: look up,
/// judge, change.
public final class BoxStore {

    private final Shelf shelf;
    private final Putting putting;

    BoxStore(Shelf shelf) {
        this.shelf = shelf;
        this.putting = new Putting(shelf);
    }

    // Handles

    /// Opens a handle to a box.
    ///
    /// @param wanted at most these rights; empty: all that the caller has
    /// @return closed by the caller
    /// @throws Refused.AccessDenied if the caller has none of those
    public BoxHandle open(Caller caller, String name, Optional<Set<HandleRight>> wanted) throws Refused {
        synchronized (shelf) {
            Box box = shelf.seen(caller, name);
            var rights = EnumSet.noneOf(HandleRight.class);
            for (Right right : Right.values()) {
                right.granted().filter(_ -> shelf.may(caller, box, right)).ifPresent(rights::add);
            }
            wanted.ifPresent(rights::retainAll);
            if (rights.isEmpty()) {
                String lacking = wanted.map(all -> all.iterator().next().word()).orElse("open");
                throw new Refused.AccessDenied(Optional.of(name), lacking);
            }
            return shelf.handle(box, rights, caller.account());
        }
    }

    // Boxes

    /// Whether the name may be had is asked before anybody looks whether it is taken, so that nobody learns that.
    ///
    /// @param mode nine permission bits
    public void create(PeerCredentials who, String name, int mode) throws Refused {
        if (!PeerCredentials.isSomebody(who.uid())) {
            throw new Refused.AccessDenied(Optional.empty(), "create");
        }
        Name.check(name);
        if (!shelf.quotas().mayCreate(who, name)) {
            throw new Refused.AccessDenied(Optional.empty(), "create");
        }
        synchronized (shelf) {
            if (shelf.boxes().containsKey(name) || shelf.reserved().contains(name)) {
                throw new Refused.BoxExists(name);
            }
            shelf.quotas().requireRoomForBox(who);
            shelf.quotas().addBoxes(who.uid(), 1);
            var access = new Access(who.uid(), who.gid(), mode);
            var box = new Box(new Change.BoxIs(name, access, shelf.nowUSec(), false));
            shelf.boxes().put(name, box);
            shelf.note(List.of(box.state()));
            shelf.note(Happening.CREATED, box, who.uid());
        }
        shelf.deliverEvents();
        shelf.safekeeping().settle();
    }

    /// Whether a box may be deleted now.
    public void requireDeletable(PeerCredentials who, String name) throws Refused {
        synchronized (shelf) {
            deletable(who, name);
        }
    }

    private Box deletable(PeerCredentials who, String name) throws Refused {
        Box box = shelf.authorised(Caller.of(who), name, Right.OWN);
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
        } catch (Refused | RuntimeException | Error failed) {
            settle(box, seal);
            throw failed;
        }
        List<Entry> released;
        List<Runnable> ended;
        synchronized (shelf) {
            shelf.boxes().remove(name);
            shelf.quotas().addBoxes(box.access().owner(), -1);
            released = List.copyOf(box.entries());
            released.forEach(entry -> shelf.forget(box, entry));
            ended = box.handles().stream().map(BoxHandle::end).toList();
            shelf.note(Change.both(Change.gone(name, released), List.of(new Change.BoxGone(name))));
            settle(box, seal);
            shelf.note(Happening.DELETED, box, who.uid());
        }
        shelf.deliverEvents();
        ended.forEach(Runnable::run);
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

    /// The boxes that this caller may know of, by name.
    public List<BoxInfo> list(Caller caller) {
        synchronized (shelf) {
            return shelf.boxes().values().stream()
                    .filter(box -> shelf.sees(caller, box))
                    .map(Box::info)
                    .toList();
        }
    }

    /// What is empty stays. As with files, only root gives away, and a new group must be one's own.
    public void setAccess(PeerCredentials who, String name, OptionalInt owner, OptionalInt group,
            OptionalInt mode)
            throws Refused {
        synchronized (shelf) {
            Box box = shelf.authorised(Caller.of(who), name, Right.OWN);
            box.requireSettled();
            Access old = box.access();
            boolean givesAway = owner.isPresent() && owner.getAsInt() != old.owner();
            var changed = new Access(owner.orElse(old.owner()), group.orElse(old.group()),
                    mode.orElse(old.mode()), old.given() || givesAway);
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
            shelf.note(Happening.ACCESS, box, who.uid());
        }
        shelf.deliverEvents();
        shelf.safekeeping().settle();
    }

    // Entries

    /// The first half of a put's refusals, before anybody looks at the descriptor.
    public void requirePuttable(Caller caller, String name, boolean replace) throws Refused {
        synchronized (shelf) {
            putting.puttable(caller, name, replace);
        }
    }

    /// Whether a put may have to wait until somebody keeps what it brings.
    public boolean waitsToPut() {
        return putting.waits();
    }

    /// Adds entries, all or none. May block if [#waitsToPut].
    ///
    /// @param added with different names; their descriptors belong to the store if this returns, and to the caller else
    public List<EntryInfo> put(Caller caller, String name, List<Entry> added, boolean replace)
            throws Refused {
        return putting.put(caller, name, added, replace);
    }

    /// The same, and does not block: for a thread that may not, and that has asked [#waitsToPut] before.
    public List<EntryInfo> putAtOnce(Caller caller, String name, List<Entry> added, boolean replace)
            throws Refused {
        return putting.putAtOnce(caller, name, added, replace);
    }

    /// Whether an entry may be dropped now; answers whether it is pending.
    public boolean requireDroppable(Caller caller, String name, String entryName) throws Refused {
        synchronized (shelf) {
            Box box = shelf.authorised(caller, name, Right.DROP);
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

    public void drop(Caller caller, String name, String entryName) throws Refused {
        Entry dropped;
        synchronized (shelf) {
            requireDroppable(caller, name, entryName);
            Box box = shelf.boxes().get(name);
            dropped = box.entry(entryName);
            shelf.forget(box, dropped);
            shelf.note(Change.gone(name, List.of(dropped)));
            shelf.note(Happening.DROPPED, box, List.of(dropped), caller.account().uid());
        }
        shelf.deliverEvents();
        shelf.letGo(List.of(dropped));
        shelf.safekeeping().settle();
    }

    /// Drops a pending entry. May block.
    ///
    /// @param before made durable first, while nobody can change the box; if it fails, the entry stays
    public void dropPending(Caller caller, String name, String entryName, Durable before)
            throws Refused {
        Box box;
        Entry dropped;
        Box.Seal seal;
        synchronized (shelf) {
            requireDroppable(caller, name, entryName);
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
                    shelf.note(Change.gone(name, List.of(dropped)));
                    shelf.note(Happening.DROPPED, box, List.of(dropped), caller.account().uid());
                }
                settle(box, seal);
            }
        }
        shelf.deliverEvents();
        shelf.letGo(List.of(dropped));
        shelf.safekeeping().settle();
    }
}
