package org.fdbox.daemon.handover;

import org.fdbox.daemon.box.Entry;

/// An entry cannot be saved, and so its box is not. The message is the reason, for people.
final class EntryFailed extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Entry entry;

    EntryFailed(Entry entry, String reason) {
        super(reason);
        this.entry = entry;
    }

    Entry entry() {
        return entry;
    }
}
