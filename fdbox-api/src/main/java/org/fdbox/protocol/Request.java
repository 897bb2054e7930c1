package org.fdbox.protocol;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// What a client can ask for: one record a method of the interface files, whose comments say what each does and needs.
/// Parameters have the shape that the interface demands; names are checked where the order of refusals says so.
public sealed interface Request {

    // org.varlink.service

    record GetInfo() implements Request {}

    record GetInterfaceDescription(String name) implements Request {}

    // org.fdbox.Store: boxes

    record CreateBox(String name, OptionalInt mode) implements Request {}

    record DeleteBox(String name) implements Request {}

    record ListBoxes() implements Request {}

    record SetAccess(String box, OptionalInt owner, OptionalInt group, OptionalInt mode) implements Request {}

    // org.fdbox.Store: descriptors

    record Put(String box, String name, int fileDescriptor, boolean replace) implements Request {}

    record PutMany(String box, List<Offered> files, boolean replace) implements Request {}

    record ListEntries(String box) implements Request {}

    record Get(String box, String name, boolean keep, boolean confirm) implements Request {}

    /// @param names empty: everything in the box
    record GetMany(String box, Optional<List<String>> names, boolean keep, boolean confirm)
            implements Request {}

    record Confirm(String lease) implements Request {}

    record Drop(String box, String name) implements Request {}

    record Seal(String box, boolean exclusive) implements Request {}

    record Unseal(String box) implements Request {}

    record Prepare(String box) implements Request {}

    /// @param rights at most these; empty: all that the caller has
    record OpenBox(String box, Optional<Set<HandleRight>> rights) implements Request {}

    record Holders(String box, String name) implements Request {}

    /// @param box empty: all that the caller may list
    record Monitor(Optional<String> box) implements Request {}

    // org.fdbox.Handover

    /// @param directory empty: the state directory
    record Save(Optional<String> directory) implements Request {}

    record Status() implements Request {}

    record ListHandlers() implements Request {}

    record RegisterHandler(String compatible) implements Request {}

    /// @param fileDescriptor what was made; empty if there is an error instead
    /// @param error why it could not be made
    record Restored(String request, OptionalInt fileDescriptor, Optional<String> error) implements Request {}

    record Upgrade() implements Request {}

    // org.fdbox.Handover: from one daemon to another

    /// @param versions of the stream that the successor understands, best first
    record TakeOver(List<Integer> versions) implements Request {}

    record Commit() implements Request {}

    record Abort() implements Request {}

    /// @param versions of the stream that the spare understands, best first
    record Attach(List<Integer> versions) implements Request {}

    /// @param number of the change that the spare has
    record Ack(long number) implements Request {}

    /// A descriptor on its way in, by its index in the message.
    record Offered(String name, int fileDescriptor) {}
}
