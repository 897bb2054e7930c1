package org.fdbox.daemon.succession;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Inventory;
import org.fdbox.daemon.box.Nodes;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.OwnedFd;

/// Puts boxes in their place as they arrive: first as they were at one moment, then what has changed since.
final class ReceivedBoxes implements AutoCloseable {

    /// The name of an entry in the service manager's store.
    static final String STORED = "stored";
    /// Names a descriptor that came before its entry.
    static final String KEPT = "kept";

    private static final Set<String> NOT_ITS_OWN = Set.of(STORED, KEPT);

    private final Inventory inventory;
    private final Stored stored;
    private final Map<Object, OwnedFd> kept = new HashMap<>();

    /// @param inventory of this process, where nobody is served yet
    /// @param stored told of what somebody else keeps
    ReceivedBoxes(Inventory inventory, Stored stored) {
        this.inventory = inventory;
        this.stored = stored;
    }

    /// @param item of a box, an entry, or a descriptor that is kept; its descriptors belong to this from now on
    void apply(Item item) throws Broken {
        try {
            String box = String.valueOf(item.values().get(Nodes.BOX));
            switch (item.is()) {
                case Item.BOX -> inventory.is(Nodes.box(item.values(), Set.of()));
                case Item.BOX_GONE -> inventory.gone(box).forEach(stored::disown);
                case Item.ENTRY -> add(box, item);
                case Item.ENTRY_GONE -> inventory.gone(box, String.valueOf(item.values().get(Nodes.ENTRY)))
                        .ifPresent(stored::disown);
                case Item.KEPT -> kept.put(item.values().get(KEPT), descriptor(item));
                case Item.RELEASED -> close(kept.remove(item.values().get(KEPT)));
                default -> throw new IllegalArgumentException(item.is());
            }
        } catch (Malformed strange) {
            throw new Broken(strange.getMessage(), strange);
        }
    }

    private void add(String box, Item item) throws Malformed {
        OwnedFd fd = item.descriptors().isEmpty() ? kept.remove(item.values().get(KEPT)) : descriptor(item);
        boolean added = false;
        try {
            Entry entry = Nodes.entry(item.values(), fd, NOT_ITS_OWN);
            if (item.values().get(STORED) instanceof String id) {
                stored.adopt(entry, id);
            }
            inventory.is(box, entry).ifPresent(stored::disown);
            added = true;
        } finally {
            if (!added) {
                close(fd);
            }
        }
    }

    private static OwnedFd descriptor(Item item) throws Malformed {
        if (item.descriptors().size() != 1) {
            item.descriptors().forEach(OwnedFd::close);
            throw new Malformed("an entry has one descriptor, and not " + item.descriptors().size());
        }
        return item.descriptors().getFirst();
    }

    /// @param fd may be null
    private static void close(OwnedFd fd) {
        if (fd != null) {
            fd.close();
        }
    }

    /// Closes what has no entry.
    @Override
    public void close() {
        kept.values().forEach(OwnedFd::close);
        kept.clear();
    }
}
