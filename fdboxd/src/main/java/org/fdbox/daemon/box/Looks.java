package org.fdbox.daemon.box;

import java.util.List;
import org.fdbox.protocol.Refused;

/// Looking at what is in boxes.
public final class Looks {

    private final Shelf shelf;

    Looks(Shelf shelf) {
        this.shelf = shelf;
    }

    /// The entries of an open box that are in it and hold something, for Prepare.
    ///
    /// @return closed by the caller
    public Look toPrepare(Caller caller, String name) throws Refused {
        synchronized (shelf) {
            Box box = shelf.authorised(caller, name, Right.PREPARE);
            box.requireOpen();
            return shelf.look(box,
                    box.entries().stream().filter(entry -> !entry.isPending() && !entry.isOut()).toList());
        }
    }

    /// Whether this caller may know what happens to a box.
    public void requireListable(Caller caller, String name) throws Refused {
        synchronized (shelf) {
            shelf.authorised(caller, name, Right.LIST);
        }
    }

    /// A box with its entries, for List.
    ///
    /// @return closed by the caller
    public Look look(Caller caller, String name) throws Refused {
        synchronized (shelf) {
            Box box = shelf.authorised(caller, name, Right.LIST);
            return shelf.look(box, box.entries());
        }
    }

    /// A box with one of its entries, for Holders: also where it is sealed or on lease.
    ///
    /// @return closed by the caller
    /// @throws Refused.FdPending where there is no descriptor to look at
    public Look look(Caller caller, String name, String entryName) throws Refused {
        synchronized (shelf) {
            Box box = shelf.authorised(caller, name, Right.LIST);
            return shelf.look(box, List.of(box.held(entryName)));
        }
    }
}
