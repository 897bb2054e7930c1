package org.fdbox.daemon.succession;

import org.fdbox.daemon.box.Entry;
import org.fdbox.protocol.Malformed;

/// Is told which of the entries that arrive somebody else keeps already.
public interface Stored {

    Stored NOWHERE = new Stored() {
        @Override
        public void adopt(Entry entry, String id) {
            // Who keeps it keeps it for somebody else.
        }

        @Override
        public void disown(Entry entry) {
            // It was not adopted.
        }
    };

    /// @param id under which it is kept
    void adopt(Entry entry, String id) throws Malformed;

    /// The entry has left. Of one that is not kept, nothing happens.
    void disown(Entry entry);
}
