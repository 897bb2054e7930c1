package org.fdbox.daemon.box;

import java.util.List;

/// A box that outlived the daemon which had it, with descriptors that are open.
///
/// @param entries held, all of them
public record LiveBox(Change.BoxIs state, List<Entry> entries) {

    public String name() {
        return state.box();
    }
}
