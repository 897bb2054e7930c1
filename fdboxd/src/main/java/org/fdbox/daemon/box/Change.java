package org.fdbox.daemon.box;

import java.util.List;
import java.util.stream.Stream;

/// Something that has changed in the boxes, as [Safekeeping] is told of it.
public sealed interface Change {

    String box();

    /// A box is there, and is so.
    record BoxIs(String box, Access access, long createdUSec, boolean sealed) implements Change {}

    /// A box is gone, and all that was in it.
    record BoxGone(String box) implements Change {}

    /// An entry is in a box, instead of any other of its name.
    record EntryIs(String box, Entry entry) implements Change {}

    record EntryGone(String box, Entry entry) implements Change {}

    static List<Change> come(String box, List<Entry> entries) {
        return entries.stream().<Change>map(entry -> new EntryIs(box, entry)).toList();
    }

    static List<Change> gone(String box, List<Entry> entries) {
        return entries.stream().<Change>map(entry -> new EntryGone(box, entry)).toList();
    }

    /// Two lists as one change.
    static List<Change> both(List<? extends Change> first, List<? extends Change> then) {
        return Stream.<Change>concat(first.stream(), then.stream()).toList();
    }
}
