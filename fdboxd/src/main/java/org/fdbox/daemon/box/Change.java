package org.fdbox.daemon.box;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Something that has changed in the boxes, as [Safekeeping] is told of it, under the lock and in the order of the changes. Whoever
/// applies all of them to a copy of the boxes has a copy of the boxes. These are all there are:
///
/// - A box is made, recovered, sealed, unsealed, or gets another owner, group or mode, whereby nothing withholds it any more:
///   [BoxIs].
/// - An entry is put, recovered, made again, waits on for another reason, or saves write no longer what was saved of it before
///   ([Entry#saved]), as its box was unsealed: [EntryIs]. One that takes the place of another keeps
///   that one's place in the order of the box, unless the other was noted as gone before.
/// - An entry is taken, confirmed, dropped or replaced, or its box is deleted: [EntryGone], then perhaps [BoxGone].
///
/// Not noted, since nothing of it outlives a process that dies: what is out or on lease, what is just being sealed, unsealed or
/// saved, and who has handles. A successor to which everything is handed over alive asks for these itself ([Handouts#leases],
/// [BoxHandle#rights]) once nothing changes any more.
public sealed interface Change {

    String box();

    /// A box is there, and is so. A change that is not complete has not been.
    ///
    /// @param withheld why it is for the daemon's own user and root alone, if it is
    /// @param extra what a version that knows more said of it, to be carried along
    record BoxIs(String box, Access access, long createdUSec, boolean sealed, Optional<Withheld> withheld,
            Map<String, Object> extra) implements Change {

        /// Of a box that nothing withholds and of which no other version said anything.
        public BoxIs(String box, Access access, long createdUSec, boolean sealed) {
            this(box, access, createdUSec, sealed, Optional.empty(), Map.of());
        }
    }

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
