package org.fdbox.daemon.support;

import java.util.List;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Inventory;
import org.fdbox.protocol.Malformed;

/// A box that comes from another process.
public final class Installed {

    private Installed() {}

    /// @param entries belong to the inventory, those at which this throws and later ones to the caller
    public static void box(Inventory inventory, Change.BoxIs box, List<Entry> entries) throws Malformed {
        inventory.is(box);
        for (Entry entry : entries) {
            inventory.is(box.box(), entry);
        }
    }
}
