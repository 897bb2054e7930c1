package org.fdbox.daemon.box;

import java.util.List;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo;

/// A box as it was at one moment. Its descriptors stay open until this is closed, whatever happens to the box.
public final class Look implements AutoCloseable {

    private final Shelf shelf;
    private final BoxInfo box;
    private final Access accessToSave;
    private final List<Entry> entries;
    private final List<EntryInfo> infos;
    private boolean closed;

    Look(Shelf shelf, BoxInfo box, Access accessToSave, List<Entry> entries, List<EntryInfo> infos) {
        this.shelf = shelf;
        this.box = box;
        this.accessToSave = accessToSave;
        this.entries = entries;
        this.infos = infos;
    }

    public BoxInfo box() {
        return box;
    }

    /// What a save writes down: of a box that is withheld, what it was before.
    public Access accessToSave() {
        return accessToSave;
    }

    /// In the order they were put.
    public List<Entry> entries() {
        return entries;
    }

    /// How the entries were shown at that moment, in the same order.
    public List<EntryInfo> infos() {
        return infos;
    }

    /// Keeps one of its entries open on its own account, perhaps for longer than this.
    ///
    /// @return closed by the caller
    public Pin pin(Entry entry) {
        synchronized (shelf) {
            entry.pin();
        }
        return new Pin(shelf, entry);
    }

    /// Keeps an entry's descriptor open until this is closed, once.
    public static final class Pin implements AutoCloseable {
        private final Shelf shelf;
        private final Entry entry;

        private Pin(Shelf shelf, Entry entry) {
            this.shelf = shelf;
            this.entry = entry;
        }

        @Override
        public void close() {
            shelf.unpin(List.of(entry));
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            shelf.unpin(entries);
        }
    }
}
