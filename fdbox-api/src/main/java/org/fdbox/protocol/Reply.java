package org.fdbox.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What a server answers when it did what was asked: one record for each shape of reply in the interface files.
public sealed interface Reply {

    /// Of the methods that answer `()`.
    record Done() implements Reply {}

    record Info(String vendor, String product, String version, String url, List<String> interfaces)
            implements Reply {}

    record Description(String text) implements Reply {}

    /// @param count how many entries a deleted box held
    record Released(int count) implements Reply {}

    record Boxes(List<BoxInfo> boxes) implements Reply {}

    record Stored(EntryInfo entry) implements Reply {}

    record StoredMany(List<EntryInfo> entries) implements Reply {}

    record Entries(BoxInfo box, List<EntryInfo> entries) implements Reply {}

    record Handed(HandedEntry file, Optional<String> lease) implements Reply {}

    record HandedMany(List<HandedEntry> files, Optional<String> lease) implements Reply {}

    /// @param complete whether every process could be looked into; only with exclusive
    record Sealed(Optional<Boolean> complete) implements Reply {}

    record Prepared(long bytesDone, long bytesTotal) implements Reply {}

    /// @param fileDescriptor the box handle, by its index in the message
    record Opened(int fileDescriptor) implements Reply {}

    /// @param complete whether every process could be looked into
    record HoldersFound(List<Holder> holders, boolean complete) implements Reply {}

    /// To a watcher.
    ///
    /// @param event the word of a [Happening], or one that only a later version knows
    /// @param name the entry, where it is about one
    /// @param uid who did it
    /// @param sequence of this watcher's replies, from 0, without a gap
    /// @param missed how many it was not told of
    /// @param deadlineUSec CLOCK_REALTIME, microseconds: when what is planned happens at the latest
    record Happened(
            String event,
            Optional<String> box,
            Optional<String> name,
            OptionalInt uid,
            long sequence,
            OptionalLong missed,
            OptionalLong deadlineUSec)
            implements Reply {}

    /// @param manifest where the complete handover lies; only in the last reply, as is leftOut
    record Saved(
            long bytesDone,
            long bytesTotal,
            int entriesDone,
            int entriesTotal,
            Optional<String> manifest,
            Optional<List<Left>> leftOut)
            implements Reply {}

    record HandoverStatus(
            long generation,
            String state,
            int recoveredBoxes,
            int recoveredEntries,
            List<Left> pending,
            List<Left> lost)
            implements Reply {}

    record Handlers(List<HandlerInfo> handlers) implements Reply {}

    /// To a registered handler: first of all one that asks nothing, which says that it is registered, then one for each entry.
    ///
    /// @param wanted empty in the first
    record ToRestore(Optional<WantedEntry> wanted) implements Reply {}

    /// A pending entry that a registered handler is asked to make again.
    ///
    /// @param request names it in the answer
    /// @param fileDescriptor its payload, by its index in the message; empty where nothing was saved of its contents
    record WantedEntry(
            String request,
            String box,
            String name,
            Map<String, Object> properties,
            OptionalInt fileDescriptor) {}

    /// @param pid of the successor
    record Upgraded(int pid, String version) implements Reply {}

    /// A piece of what a predecessor hands over.
    ///
    /// @param version of the stream
    /// @param manifest what is in it
    /// @param part its number, from 1
    /// @param parts how many there are at least; as many as part in the last
    /// @param fileDescriptors how many descriptors it brings: all that come with the message
    record Carried(int version, Map<String, Object> manifest, int part, int parts, int fileDescriptors)
            implements Reply {}

    /// To a hot spare.
    ///
    /// @param version of the stream
    /// @param change what has changed
    /// @param number of this change, to be acknowledged; from 1, without a gap
    /// @param fileDescriptors how many descriptors it brings: all that come with the message
    record Changed(int version, Map<String, Object> change, long number, int fileDescriptors)
            implements Reply {}

    /// A descriptor on its way out, by its index in the message.
    record HandedEntry(int fileDescriptor, EntryInfo entry) {}

    /// Something that a save or a recovery did not carry.
    ///
    /// @param name empty: the whole box
    record Left(String box, Optional<String> name, Optional<String> compatible, String reason) {}

    /// @param handover contents, reopen or live: see [EntryInfo.Survival]
    /// @param origin for people: built in, or where it came from
    record HandlerInfo(String compatible, String kind, String handover, String origin) {}
}
