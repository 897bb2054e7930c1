package org.fdbox.daemon.box;

import java.util.List;
import org.fdbox.sys.OwnedFd;

/// What the other boxes hold. Stays open until this is closed, whatever happens to them.
public final class Elsewhere implements AutoCloseable {

    private final Shelf shelf;
    private final List<Entry> entries;

    Elsewhere(Shelf shelf, List<Entry> entries) {
        this.shelf = shelf;
        this.entries = entries;
    }

    /// The store's.
    public List<OwnedFd> descriptors() {
        return entries.stream().flatMap(entry -> entry.content().descriptor().stream()).toList();
    }

    @Override
    public void close() {
        shelf.unpin(entries);
    }
}
