package org.fdbox.protocol;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// The parameters of each method, as records. Only the shape is judged here.
final class RequestReader {

    private static final int MOST_COMPATIBLE_CHARACTERS = 255;

    private RequestReader() {}

    static Request read(Method method, Parameters p) throws Refused {
        Request request = switch (method) {
            case GET_INFO -> new Request.GetInfo();
            case GET_INTERFACE_DESCRIPTION -> new Request.GetInterfaceDescription(p.string("interface"));
            case CREATE_BOX -> new Request.CreateBox(p.string("name"), p.optionalMode("mode"));
            case DELETE_BOX -> new Request.DeleteBox(p.string("name"));
            case LIST_BOXES -> new Request.ListBoxes();
            case SET_ACCESS ->
                new Request.SetAccess(
                        p.string("box"), p.optionalId("owner"), p.optionalId("group"),
                        p.optionalMode("mode"));
            case PUT -> new Request.Put(p.string("box"), p.string("name"), index(p), p.flag("replace"));
            case PUT_MANY -> new Request.PutMany(p.string("box"), offered(p), p.flag("replace"));
            case LIST -> new Request.ListEntries(p.string("box"));
            case GET -> get(p);
            case GET_MANY -> getMany(p);
            case CONFIRM -> new Request.Confirm(p.string("lease"));
            case DROP -> new Request.Drop(p.string("box"), p.string("name"));
            case SEAL -> new Request.Seal(p.string("box"), p.flag("exclusive"));
            case UNSEAL -> new Request.Unseal(p.string("box"));
            case PREPARE -> new Request.Prepare(p.string("box"));
            case OPEN_BOX -> new Request.OpenBox(p.string("box"), rights(p));
            case HOLDERS -> new Request.Holders(p.string("box"), p.string("name"));
            case MONITOR -> new Request.Monitor(p.optionalString("box"));
            case SAVE -> new Request.Save(p.optionalString("directory"));
            case STATUS -> new Request.Status();
            case LIST_HANDLERS -> new Request.ListHandlers();
            case REGISTER_HANDLER -> new Request.RegisterHandler(compatible(p));
            case RESTORED -> restored(p);
            case UPGRADE -> new Request.Upgrade();
            case TAKE_OVER -> new Request.TakeOver(p.integers("versions"));
            case COMMIT -> new Request.Commit();
            case ABORT -> new Request.Abort();
            case ATTACH -> new Request.Attach(p.integers("versions"));
            case ACK -> new Request.Ack(p.number("number"));
        };
        p.noOthers();
        return request;
    }

    private static int index(Parameters p) throws Refused {
        int index = p.optionalInteger("fileDescriptor").orElse(0);
        if (index < 0) {
            throw new Refused.InvalidParameter("fileDescriptor");
        }
        return index;
    }

    private static List<Request.Offered> offered(Parameters p) throws Refused {
        var files = new ArrayList<Request.Offered>();
        for (Parameters file : p.objects("files")) {
            int index = file.integer("fileDescriptor");
            if (index < 0) {
                throw new Refused.InvalidParameter("fileDescriptor");
            }
            files.add(new Request.Offered(file.string("name"), index));
            file.noOthers();
        }
        return List.copyOf(files);
    }

    private static Request get(Parameters p) throws Refused {
        var get = new Request.Get(p.string("box"), p.string("name"), p.flag("keep"), p.flag("confirm"));
        if (get.keep() && get.confirm()) {
            throw new Refused.InvalidParameter("confirm");
        }
        return get;
    }

    private static Request getMany(Parameters p) throws Refused {
        var get = new Request.GetMany(
                p.string("box"), p.optionalStrings("names"), p.flag("keep"), p.flag("confirm"));
        if (get.keep() && get.confirm()) {
            throw new Refused.InvalidParameter("confirm");
        }
        return get;
    }

    /// A handle without any right would be of no use.
    private static Optional<Set<HandleRight>> rights(Parameters p) throws Refused {
        Optional<List<String>> words = p.optionalStrings("rights");
        if (words.isEmpty()) {
            return Optional.empty();
        }
        var rights = EnumSet.noneOf(HandleRight.class);
        for (String word : words.get()) {
            rights.add(HandleRight.of(word).orElseThrow(() -> new Refused.InvalidParameter("rights")));
        }
        if (rights.isEmpty()) {
            throw new Refused.InvalidParameter("rights");
        }
        return Optional.of(rights);
    }

    private static String compatible(Parameters p) throws Refused {
        String compatible = p.string("compatible");
        boolean named = !compatible.isBlank() && compatible.length() <= MOST_COMPATIBLE_CHARACTERS
                && compatible.chars().noneMatch(Character::isISOControl);
        if (!named) {
            throw new Refused.InvalidParameter("compatible");
        }
        return compatible;
    }

    /// A descriptor or an error, and one of them.
    private static Request restored(Parameters p) throws Refused {
        String request = p.string("request");
        Optional<String> error = p.optionalString("error");
        OptionalInt made = p.optionalInteger("fileDescriptor");
        if (error.isPresent() && made.isPresent()) {
            throw new Refused.InvalidParameter("fileDescriptor");
        }
        return new Request.Restored(
                request, error.isPresent() ? made : OptionalInt.of(index(p)), error);
    }
}
