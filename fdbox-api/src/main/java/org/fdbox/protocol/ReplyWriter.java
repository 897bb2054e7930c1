package org.fdbox.protocol;

import static org.fdbox.protocol.Parameters.object;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// Each reply as the parameters that the interface files declare.
final class ReplyWriter {

    private ReplyWriter() {}

    static Map<String, Object> parameters(Reply reply) {
        return switch (reply) {
            case Reply.Done _ -> Map.of();
            case Reply.Info(var vendor, var product, var version, var url, var interfaces) ->
                object("vendor", vendor, "product", product, "version", version, "url", url, "interfaces",
                        interfaces);
            case Reply.Description(var text) -> object("description", text);
            case Reply.Released(var count) -> object("released", count);
            case Reply.Boxes(var boxes) -> object("boxes", boxes.stream().map(ReplyWriter::box).toList());
            case Reply.Stored(var entry) -> object("entry", entry(entry));
            case Reply.StoredMany(var entries) -> object("entries", entries(entries));
            case Reply.Entries(var box, var entries) -> object("box", box(box), "entries", entries(entries));
            case Reply.Handed(var file, var lease) ->
                object("fileDescriptor", file.fileDescriptor(), "entry", entry(file.entry()), "lease", lease);
            case Reply.HandedMany(var files, var lease) ->
                object("files", files.stream().map(ReplyWriter::handed).toList(), "lease", lease);
            case Reply.Sealed(var complete) -> object("complete", complete);
            case Reply.Prepared(var done, var total) -> object("bytesDone", done, "bytesTotal", total);
            case Reply.Opened(var index) -> object("fileDescriptor", index);
            case Reply.HoldersFound(var holders, var complete) ->
                object("holders", Holder.write(holders), "complete", complete);
            case Reply.Happened happened -> happened(happened);
            case Reply.Saved saved -> saved(saved);
            case Reply.HandoverStatus status -> status(status);
            case Reply.Handlers(var handlers) ->
                object("handlers", handlers.stream().map(ReplyWriter::handler).toList());
            case Reply.Upgraded(var pid, var version) -> object("pid", pid, "version", version);
            case Reply.Carried(var version, var manifest, var part, var parts, var descriptors) ->
                object("version", version, "manifest", manifest, "part", part, "parts", parts,
                        "fileDescriptors", indexes(descriptors));
            case Reply.Changed(var version, var change, var number, var descriptors) ->
                object("version", version, "change", change, "number", number,
                        "fileDescriptors", indexes(descriptors));
            case Reply.ToRestore(var wanted) -> wanted.map(ReplyWriter::wanted).orElse(Map.of());
        };
    }

    private static Map<String, Object> box(BoxInfo box) {
        return object(
                "name", box.name(),
                "sealed", box.sealed(),
                "owner", Integer.toUnsignedLong(box.owner()),
                "group", Integer.toUnsignedLong(box.group()),
                "mode", octal(box.mode()),
                "entries", box.entries(),
                "pending", box.pending(),
                "createdUSec", box.createdUSec());
    }

    private static List<Map<String, Object>> entries(List<EntryInfo> entries) {
        return entries.stream().map(ReplyWriter::entry).toList();
    }

    private static Map<String, Object> entry(EntryInfo entry) {
        return object(
                "name", entry.name(),
                "compatible", entry.compatible(),
                "kind", entry.kind(),
                "state", word(entry.state()),
                "survival", word(entry.survival()),
                "survivalReason", entry.survivalReason(),
                "sameAs", entry.sameAs(),
                "putterUid", Integer.toUnsignedLong(entry.putterUid()),
                "putterPid", entry.putterPid(),
                "putUSec", entry.putUSec(),
                "properties", entry.properties().isEmpty() ? null : entry.properties());
    }

    private static Map<String, Object> handed(Reply.HandedEntry file) {
        return object("fileDescriptor", file.fileDescriptor(), "entry", entry(file.entry()));
    }

    private static Map<String, Object> happened(Reply.Happened happened) {
        return object(
                "event", happened.event(),
                "box", happened.box(),
                "name", happened.name(),
                "uid", happened.uid(),
                "sequence", happened.sequence(),
                "missed", happened.missed(),
                "deadlineUSec", happened.deadlineUSec());
    }

    private static Map<String, Object> saved(Reply.Saved saved) {
        return object(
                "bytesDone", saved.bytesDone(),
                "bytesTotal", saved.bytesTotal(),
                "entriesDone", saved.entriesDone(),
                "entriesTotal", saved.entriesTotal(),
                "manifest", saved.manifest(),
                "leftOut", saved.leftOut().map(ReplyWriter::left));
    }

    private static Map<String, Object> status(Reply.HandoverStatus status) {
        return object(
                "generation", status.generation(),
                "state", status.state(),
                "recoveredBoxes", status.recoveredBoxes(),
                "recoveredEntries", status.recoveredEntries(),
                "pending", left(status.pending()),
                "lost", left(status.lost()));
    }

    private static List<Map<String, Object>> left(List<Reply.Left> left) {
        return left.stream()
                .map(one -> object(
                        "box", one.box(), "name", one.name(), "compatible", one.compatible(), "reason",
                        one.reason()))
                .toList();
    }

    private static Map<String, Object> handler(Reply.HandlerInfo handler) {
        return object(
                "compatible", handler.compatible(),
                "kind", handler.kind(),
                "handover", handler.handover(),
                "origin", handler.origin());
    }

    private static Map<String, Object> wanted(Reply.WantedEntry entry) {
        return object(
                "request", entry.request(),
                "box", entry.box(),
                "name", entry.name(),
                "properties", entry.properties(),
                "fileDescriptor", entry.fileDescriptor());
    }

    private static List<Integer> indexes(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    static String octal(int mode) {
        return "%04o".formatted(mode);
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
