package org.fdbox.protocol;

import static org.fdbox.protocol.Parameters.object;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Each request as a method and its parameters: what [RequestReader] reads.
final class RequestWriter {

    private RequestWriter() {}

    static Method method(Request request) {
        return switch (request) {
            case Request.GetInfo _ -> Method.GET_INFO;
            case Request.GetInterfaceDescription _ -> Method.GET_INTERFACE_DESCRIPTION;
            case Request.CreateBox _ -> Method.CREATE_BOX;
            case Request.DeleteBox _ -> Method.DELETE_BOX;
            case Request.ListBoxes _ -> Method.LIST_BOXES;
            case Request.SetAccess _ -> Method.SET_ACCESS;
            case Request.Put _ -> Method.PUT;
            case Request.PutMany _ -> Method.PUT_MANY;
            case Request.ListEntries _ -> Method.LIST;
            case Request.Get _ -> Method.GET;
            case Request.GetMany _ -> Method.GET_MANY;
            case Request.Confirm _ -> Method.CONFIRM;
            case Request.Drop _ -> Method.DROP;
            case Request.Seal _ -> Method.SEAL;
            case Request.Unseal _ -> Method.UNSEAL;
            case Request.Prepare _ -> Method.PREPARE;
            case Request.OpenBox _ -> Method.OPEN_BOX;
            case Request.Holders _ -> Method.HOLDERS;
            case Request.Monitor _ -> Method.MONITOR;
            case Request.Save _ -> Method.SAVE;
            case Request.Status _ -> Method.STATUS;
            case Request.ListHandlers _ -> Method.LIST_HANDLERS;
            case Request.RegisterHandler _ -> Method.REGISTER_HANDLER;
            case Request.Restored _ -> Method.RESTORED;
            case Request.Upgrade _ -> Method.UPGRADE;
            case Request.TakeOver _ -> Method.TAKE_OVER;
            case Request.Commit _ -> Method.COMMIT;
            case Request.Abort _ -> Method.ABORT;
            case Request.Attach _ -> Method.ATTACH;
            case Request.Ack _ -> Method.ACK;
        };
    }

    static Map<String, Object> parameters(Request request) {
        return switch (request) {
            case Request.GetInfo _ -> Map.of();
            case Request.GetInterfaceDescription(var name) -> object("interface", name);
            case Request.CreateBox(var name, var mode) -> object("name", name, "mode", octal(mode));
            case Request.DeleteBox(var name) -> object("name", name);
            case Request.ListBoxes _ -> Map.of();
            case Request.SetAccess(var box, var owner, var group, var mode) ->
                object("box", box, "owner", owner, "group", group, "mode", octal(mode));
            case Request.Put(var box, var name, var index, var replace) ->
                object("box", box, "name", name, "fileDescriptor", index, "replace", set(replace));
            case Request.PutMany(var box, var files, var replace) ->
                object("box", box, "files", offered(files), "replace", set(replace));
            case Request.ListEntries(var box) -> object("box", box);
            case Request.Get(var box, var name, var keep, var confirm) ->
                object("box", box, "name", name, "keep", set(keep), "confirm", set(confirm));
            case Request.GetMany(var box, var names, var keep, var confirm) ->
                object("box", box, "names", names, "keep", set(keep), "confirm", set(confirm));
            case Request.Confirm(var lease) -> object("lease", lease);
            case Request.Drop(var box, var name) -> object("box", box, "name", name);
            case Request.Seal(var box, var exclusive) -> object("box", box, "exclusive", set(exclusive));
            case Request.Unseal(var box) -> object("box", box);
            case Request.Prepare(var box) -> object("box", box);
            case Request.OpenBox(var box, var rights) ->
                object("box", box, "rights",
                        rights.map(all -> all.stream().sorted().map(HandleRight::word).toList()));
            case Request.Holders(var box, var name) -> object("box", box, "name", name);
            case Request.Monitor(var box) -> object("box", box);
            case Request.Save(var directory) -> object("directory", directory);
            case Request.Status _ -> Map.of();
            case Request.ListHandlers _ -> Map.of();
            case Request.RegisterHandler(var compatible) -> object("compatible", compatible);
            case Request.Restored(var id, var index, var error) ->
                object("request", id, "fileDescriptor", index, "error", error);
            case Request.Upgrade _, Request.Commit _, Request.Abort _ -> Map.of();
            case Request.TakeOver(var versions) -> object("versions", versions);
            case Request.Attach(var versions) -> object("versions", versions);
            case Request.Ack(var number) -> object("number", number);
        };
    }

    private static Boolean set(boolean flag) {
        return flag ? true : null;
    }

    private static String octal(OptionalInt mode) {
        return mode.isPresent() ? ReplyWriter.octal(mode.getAsInt()) : null;
    }

    private static List<Map<String, Object>> offered(List<Request.Offered> files) {
        return files.stream()
                .map(file -> object("name", file.name(), "fileDescriptor", file.fileDescriptor()))
                .toList();
    }
}
