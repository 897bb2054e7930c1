package org.fdbox.daemon.succession;

import java.util.List;
import java.util.Optional;

/// What a connection is for, once it has been sent what was due.
public sealed interface Next {

    /// Its next request is read.
    record Reads() implements Next {}

    /// It is closed.
    record Ends() implements Next {}

    /// A call that has not come to its end.
    sealed interface Open extends Next {}

    /// It goes on being told what happens (Monitor).
    ///
    /// @param box empty: all boxes
    /// @param sequence the number of the next event
    record Watches(Optional<String> box, long sequence) implements Open {}

    /// Its program goes on being the handler of a kind (RegisterHandler).
    ///
    /// @param open what it was asked and has not answered
    record Handles(String compatible, List<OpenRequest> open) implements Open {}

    /// Its call of Upgrade is answered by the successor, or, if there will be none, with an error.
    record Upgrades() implements Open {}

    /// @param entries that are one open file
    record OpenRequest(String id, List<Place> entries) {}

    /// Where an entry is.
    record Place(String box, String name) {}
}
