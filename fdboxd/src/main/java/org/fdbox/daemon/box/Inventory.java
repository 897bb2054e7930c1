package org.fdbox.daemon.box;

import java.util.List;
import java.util.Set;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.PeerCredentials;

/// All that the boxes hold, to be written down for another process, and what another process wrote down, put in here. Nobody is
/// judged: the other process has done that.
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

    /// Puts in a box as it is elsewhere, before anybody is served. Quotas and budget count all of it and refuse nothing. Neither
    /// [Safekeeping] nor whoever watches is told: whoever calls this tells the first what is kept already.
    ///
    /// @param entries in their order; their descriptors belong to the store if this returns, and to the caller else
    /// @throws Malformed if there is a box of that name, or two entries of one name; nothing is put in then
    public void install(Change.BoxIs box, List<Entry> entries) throws Malformed {
        if (entries.stream().map(Entry::name).distinct().count() < entries.size()) {
            throw new Malformed("two entries of box " + box.box() + " have one name");
        }
        synchronized (shelf) {
            if (shelf.boxes().containsKey(box.box())) {
                throw new Malformed("box " + box.box() + " is there twice");
            }
            shelf.admit(box, entries);
        }
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
