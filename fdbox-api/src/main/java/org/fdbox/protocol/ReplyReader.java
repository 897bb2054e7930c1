package org.fdbox.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The reply to each request, as a record: what [ReplyWriter] writes. Fields that this version does not know are passed over.
final class ReplyReader {

    private ReplyReader() {}

    /// A reply without the shape that the interface promises.
    static final class Unexpected extends Exception {
        private static final long serialVersionUID = 1L;

        Unexpected(Refused.InvalidParameter cause) {
            super(cause.getMessage());
        }
    }

    static Reply read(Request request, Parameters p) throws Unexpected {
        try {
            return reply(request, p);
        } catch (Refused.InvalidParameter bad) {
            throw new Unexpected(bad);
        }
    }

    private static Reply reply(Request request, Parameters p) throws Refused.InvalidParameter {
        return switch (request) {
            case Request.GetInfo _ ->
                new Reply.Info(
                        p.string("vendor"),
                        p.string("product"),
                        p.string("version"),
                        p.string("url"),
                        p.optionalStrings("interfaces")
                                .orElseThrow(() -> new Refused.InvalidParameter("interfaces")));
            case Request.GetInterfaceDescription _ -> new Reply.Description(p.string("description"));
            case Request.DeleteBox _ -> new Reply.Released(p.integer("released"));
            case Request.ListBoxes _ -> new Reply.Boxes(boxes(p.objects("boxes")));
            case Request.Put _ -> new Reply.Stored(entry(p.object("entry")));
            case Request.PutMany _ -> new Reply.StoredMany(entries(p.objects("entries")));
            case Request.ListEntries _ ->
                new Reply.Entries(box(p.object("box")), entries(p.objects("entries")));
            case Request.Get _ -> new Reply.Handed(handed(p), p.optionalString("lease"));
            case Request.GetMany _ ->
                new Reply.HandedMany(handedMany(p.objects("files")), p.optionalString("lease"));
            case Request.Seal _ -> new Reply.Sealed(p.optionalFlag("complete"));
            case Request.Prepare _ -> new Reply.Prepared(p.number("bytesDone"), p.number("bytesTotal"));
            case Request.OpenBox _ -> new Reply.Opened(p.integer("fileDescriptor"));
            case Request.Holders _ -> holdersFound(p);
            case Request.Monitor _ -> happened(p);
            case Request.Save _ -> saved(p);
            case Request.Status _ -> status(p);
            case Request.ListHandlers _ -> new Reply.Handlers(handlers(p.objects("handlers")));
            case Request.RegisterHandler _ -> new Reply.ToRestore(wanted(p));
            case Request.Upgrade _ -> new Reply.Upgraded(p.integer("pid"), p.string("version"));
            case Request.TakeOver _ ->
                new Reply.Carried(p.integer("version"), p.map("manifest"), p.integer("part"),
                        p.integer("parts"), descriptors(p));
            case Request.Attach _ ->
                new Reply.Changed(p.integer("version"), p.map("change"), p.number("number"),
                        descriptors(p));
            case Request.CreateBox _, Request.SetAccess _, Request.Confirm _, Request.Drop _,
                    Request.Unseal _, Request.Restored _, Request.Commit _, Request.Abort _, Request.Ack _ ->
                new Reply.Done();
        };
    }

    private static List<BoxInfo> boxes(List<Parameters> objects) throws Refused.InvalidParameter {
        var boxes = new ArrayList<BoxInfo>();
        for (Parameters object : objects) {
            boxes.add(box(object));
        }
        return List.copyOf(boxes);
    }

    private static BoxInfo box(Parameters p) throws Refused.InvalidParameter {
        return new BoxInfo(
                p.string("name"),
                truth(p, "sealed"),
                id(p, "owner"),
                id(p, "group"),
                p.optionalMode("mode").orElseThrow(() -> new Refused.InvalidParameter("mode")),
                p.integer("entries"),
                p.integer("pending"),
                p.number("createdUSec"));
    }

    private static List<EntryInfo> entries(List<Parameters> objects) throws Refused.InvalidParameter {
        var entries = new ArrayList<EntryInfo>();
        for (Parameters object : objects) {
            entries.add(entry(object));
        }
        return List.copyOf(entries);
    }

    private static EntryInfo entry(Parameters p) throws Refused.InvalidParameter {
        return new EntryInfo(
                p.string("name"),
                p.string("compatible"),
                p.string("kind"),
                word(EntryInfo.State.class, p, "state"),
                word(EntryInfo.Survival.class, p, "survival"),
                p.optionalString("survivalReason"),
                p.optionalString("sameAs"),
                id(p, "putterUid"),
                p.integer("putterPid"),
                p.number("putUSec"),
                p.optionalMap("properties"));
    }

    private static Reply.HandedEntry handed(Parameters p) throws Refused.InvalidParameter {
        return new Reply.HandedEntry(p.integer("fileDescriptor"), entry(p.object("entry")));
    }

    private static List<Reply.HandedEntry> handedMany(List<Parameters> objects)
            throws Refused.InvalidParameter {
        var files = new ArrayList<Reply.HandedEntry>();
        for (Parameters object : objects) {
            files.add(handed(object));
        }
        return List.copyOf(files);
    }

    private static Reply happened(Parameters p) throws Refused.InvalidParameter {
        return new Reply.Happened(
                p.string("event"),
                p.optionalString("box"),
                p.optionalString("name"),
                p.optionalId("uid"),
                p.number("sequence"),
                p.optionalNumber("missed"),
                p.optionalNumber("deadlineUSec"));
    }

    private static Reply saved(Parameters p) throws Refused.InvalidParameter {
        Optional<List<Reply.Left>> leftOut =
                p.has("leftOut") ? Optional.of(left(p.objects("leftOut"))) : Optional.empty();
        return new Reply.Saved(
                p.number("bytesDone"),
                p.number("bytesTotal"),
                p.integer("entriesDone"),
                p.integer("entriesTotal"),
                p.optionalString("manifest"),
                leftOut);
    }

    private static Reply status(Parameters p) throws Refused.InvalidParameter {
        return new Reply.HandoverStatus(
                p.number("generation"),
                p.string("state"),
                p.integer("recoveredBoxes"),
                p.integer("recoveredEntries"),
                left(p.objects("pending")),
                left(p.objects("lost")));
    }

    private static List<Reply.Left> left(List<Parameters> objects) throws Refused.InvalidParameter {
        var left = new ArrayList<Reply.Left>();
        for (Parameters p : objects) {
            left.add(new Reply.Left(
                    p.string("box"), p.optionalString("name"), p.optionalString("compatible"),
                    p.string("reason")));
        }
        return List.copyOf(left);
    }

    private static List<Reply.HandlerInfo> handlers(List<Parameters> objects)
            throws Refused.InvalidParameter {
        var handlers = new ArrayList<Reply.HandlerInfo>();
        for (Parameters p : objects) {
            handlers.add(new Reply.HandlerInfo(
                    p.string("compatible"), p.string("kind"), p.string("handover"), p.string("origin")));
        }
        return List.copyOf(handlers);
    }

    private static String present(Optional<String> value, String name) throws Refused.InvalidParameter {
        return value.orElseThrow(() -> new Refused.InvalidParameter(name));
    }

    static Reply.HoldersFound holdersFound(Parameters p) throws Refused.InvalidParameter {
        return new Reply.HoldersFound(Holder.read(p.objects("holders")), truth(p, "complete"));
    }

    /// How many descriptors a reply brings: it names all that come with it, in their order.
    private static int descriptors(Parameters p) throws Refused.InvalidParameter {
        List<Integer> indexes = p.integers("fileDescriptors");
        for (int i = 0; i < indexes.size(); i++) {
            if (indexes.get(i) != i) {
                throw new Refused.InvalidParameter("fileDescriptors");
            }
        }
        return indexes.size();
    }

    private static boolean truth(Parameters p, String name) throws Refused.InvalidParameter {
        return p.optionalFlag(name).orElseThrow(() -> new Refused.InvalidParameter(name));
    }

    private static Optional<Reply.WantedEntry> wanted(Parameters p) throws Refused.InvalidParameter {
        Optional<String> request = p.optionalString("request");
        Optional<String> box = p.optionalString("box");
        Optional<String> name = p.optionalString("name");
        Map<String, Object> properties = p.optionalMap("properties");
        OptionalInt index = p.optionalInteger("fileDescriptor");
        return request.isEmpty()
                ? Optional.empty()
                : Optional.of(new Reply.WantedEntry(
                        request.get(), present(box, "box"), present(name, "name"), properties, index));
    }

    private static int id(Parameters p, String name) throws Refused.InvalidParameter {
        return p.optionalId(name).orElseThrow(() -> new Refused.InvalidParameter(name));
    }

    private static <E extends Enum<E>> E word(Class<E> type, Parameters p, String name)
            throws Refused.InvalidParameter {
        String word = p.string(name);
        for (E constant : type.getEnumConstants()) {
            if (ReplyWriter.word(constant).equals(word)) {
                return constant;
            }
        }
        throw new Refused.InvalidParameter(name);
    }
}
