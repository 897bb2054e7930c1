package org.fdbox.daemon.service;

import org.fdbox.daemon.box.Entry;
import org.fdbox.protocol.Malformed;

/// What a successor is told of the names under which entries are kept, while the process that keeps them still serves. It says and
/// writes nothing. For one thread.
public final class Adopted {

    private final Stored stored = new Stored();

    /// An entry is kept by the other process, under a name.
    ///
    /// @param entry with its descriptor open here
    /// @param id as [Survival#id] says there
    /// @throws Malformed if it cannot be one
    public void adopt(Entry entry, String id) throws Malformed {
        int number = Ids.number(id).orElseThrow(() -> new Malformed("\"" + id + "\" is no name of an entry"));
        stored.adopt(entry, Stored.File.of(entry), number);
    }

    /// An entry has left the boxes of the other process, which has the service manager let go of it. Of one that was never
    /// adopted, nothing happens.
    public void disown(Entry entry) {
        stored.disown(entry);
    }

    Stored stored() {
        return stored;
    }
}
