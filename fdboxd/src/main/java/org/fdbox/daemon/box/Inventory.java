package org.fdbox.daemon.box;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.PeerCredentials;

/// All that the boxes hold, to be written down for another process, and what another process wrote down, put in here. Nobody is
/// judged: the other process has done that. Neither [Safekeeping] nor whoever watches is told of what is put in, which is for a
/// process that serves nobody yet.
public final class Inventory {

    private final Shelf shelf;

    Inventory(Shelf shelf) {
        this.shelf = shelf;
    }

    /// All boxes with all that they hold, whatever its state.
    ///
    /// @param begun run under the lock at that very moment: each [Safekeeping#note] that comes later is of a change that is not in
    ///        what this answers, and each that came before is. Must not block.
    /// @return closed by the caller
    public Stock look(Runnable begun) {
        synchronized (shelf) {
            begun.run();
            return new Stock(shelf);
        }
    }

    /// Some boxes with some of their entries, as far as they are there.
    ///
    /// @param places names of entries by the names of their boxes
    /// @return closed by the caller
    public Stock look(Map<String, Set<String>> places) {
        synchronized (shelf) {
            return Stock.of(shelf, places);
        }
    }

    // Each change of another process, in its order, as far as it is known here

    /// A box is so; one of its name that was made at another time is another box, and gone.
    public void is(Change.BoxIs state) {
        boolean another;
        synchronized (shelf) {
            Box there = shelf.boxes().get(state.box());
            another = there != null && there.state().createdUSec() != state.createdUSec();
        }
        if (another) {
            gone(state.box());
        }
        synchronized (shelf) {
            Box box = shelf.boxes().get(state.box());
            if (box == null) {
                shelf.admit(state, List.of());
            } else {
                shelf.quotas().addBoxes(box.access().owner(), -1);
                shelf.quotas().addBoxes(state.access().owner(), 1);
                box.follow(state);
            }
        }
    }

    /// An entry is in a box, instead of any other of its name.
    ///
    /// @param entry its descriptor belongs to the store if this returns, and to the caller else
    /// @return what was there before, if anything; it is being closed
    /// @throws Malformed if there is no such box
    public Optional<Entry> is(String name, Entry entry) throws Malformed {
        Entry before;
        synchronized (shelf) {
            Box box = box(name);
            before = box.entryOrNull(entry.name());
            if (before == null) {
                box.add(entry);
            } else {
                shelf.quotas().addEntries(before.putter().uid(), -1);
                box.replace(before, entry);
            }
            shelf.quotas().addEntries(entry.putter().uid(), 1);
            shelf.budget().addAnyway(entry.isPending() ? 0 : 1);
        }
        Optional.ofNullable(before).ifPresent(old -> shelf.letGo(List.of(old)));
        return Optional.ofNullable(before);
    }

    /// An entry is gone, if it was there.
    ///
    /// @return what it was; it is being closed
    public Optional<Entry> gone(String name, String entry) {
        Entry gone;
        synchronized (shelf) {
            Box box = shelf.boxes().get(name);
            gone = box == null ? null : box.entryOrNull(entry);
            if (gone == null) {
                return Optional.empty();
            }
            shelf.forget(box, gone);
        }
        shelf.letGo(List.of(gone));
        return Optional.of(gone);
    }

    /// A box is gone with all that was in it, if it was there.
    ///
    /// @return what was in it, which is being closed
    public List<Entry> gone(String name) {
        List<Entry> gone;
        synchronized (shelf) {
            Box box = shelf.boxes().remove(name);
            if (box == null) {
                return List.of();
            }
            shelf.quotas().addBoxes(box.access().owner(), -1);
            gone = List.copyOf(box.entries());
            gone.forEach(entry -> shelf.forget(box, entry));
        }
        shelf.letGo(gone);
        return gone;
    }

    /// All boxes are gone with all that was in them.
    public void clear() {
        List<String> names;
        synchronized (shelf) {
            names = List.copyOf(shelf.boxes().keySet());
        }
        names.forEach(this::gone);
    }

    private Box box(String name) throws Malformed {
        Box box = shelf.boxes().get(name);
        if (box == null) {
            throw new Malformed("there is no box " + name);
        }
        return box;
    }

    /// A handle to a box with exactly the rights that it has elsewhere.
    ///
    /// @param opener on whose account it is used ([BoxHandle#account])
    /// @return closed by the caller
    /// @throws Refused.NoSuchBox if the box is not here
    public BoxHandle reopen(String name, Set<HandleRight> rights, PeerCredentials opener)
            throws Refused.NoSuchBox {
        synchronized (shelf) {
            Box box = shelf.boxes().get(name);
            if (box == null) {
                throw new Refused.NoSuchBox(name);
            }
            return shelf.handle(box, rights, opener);
        }
    }
}
