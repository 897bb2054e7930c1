package org.fdbox.protocol;

import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Messages of Varlink: bytes to records and back. Bytes never include the closing NUL on the way in, and always do on the
/// way out. Holds no state.
public final class Codec {

    /// The longest message that is accepted, without its NUL.
    public static final int MOST_BYTES = 1 << 20;

    private Codec() {}

    /// Reads a client's message.
    ///
    /// @throws Malformed if it is no message at all: the connection must end
    /// @throws Refused InterfaceNotFound, MethodNotFound, InvalidParameter: the client may go on
    public static Call decodeCall(byte[] message) throws Malformed, Refused {
        return decodeCall(message, EnumSet.allOf(Interface.class));
    }

    /// Reads a message of a client that may not use every interface.
    ///
    /// @param open those that it may
    /// @throws Malformed if it is no message at all: the connection must end
    /// @throws Refused PermissionDenied of a method of another interface, and as above
    public static Call decodeCall(byte[] message, Set<Interface> open) throws Malformed, Refused {
        var call = new Parameters(Json.readObject(message));
        String method = call.string("method");
        var parameters = new Parameters(call.optionalMap("parameters"));
        boolean more = call.flag("more");
        boolean oneway = call.flag("oneway");
        if (call.flag("upgrade")) {
            throw new Refused.InvalidParameter("upgrade");
        }
        call.noOthers();
        Method called = Method.named(method);
        if (!open.contains(called.home())) {
            throw new Refused.PermissionDenied();
        }
        Request request = RequestReader.read(called, parameters);
        return new Call(request, more, oneway);
    }

    /// Whether a message that was refused wanted no reply; false also where it cannot be told.
    public static boolean isOneway(byte[] message) {
        try {
            return Boolean.TRUE.equals(Json.readObject(message).get("oneway"));
        } catch (Malformed unreadable) {
            return false;
        }
    }

    /// What a message that was refused asks for, in its own words.
    ///
    /// @param method and
    /// @param box may be anything
    public record Attempt(String method, Optional<String> box) {}

    /// Reads no more of a message than that; empty where not even that can be told.
    public static Optional<Attempt> attempted(byte[] message) {
        try {
            Map<String, Object> call = Json.readObject(message);
            Object box =
                    call.get("parameters") instanceof Map<?, ?> parameters ? parameters.get("box") : null;
            return call.get("method") instanceof String method
                    ? Optional.of(new Attempt(method, box instanceof String name
                            ? Optional.of(name)
                            : Optional.empty()))
                    : Optional.empty();
        } catch (Malformed unreadable) {
            return Optional.empty();
        }
    }

    /// Writes a client's message.
    public static byte[] encodeCall(Call call) {
        Map<String, Object> message = Parameters.object(
                "method", RequestWriter.method(call.request()).fullName(),
                "parameters", RequestWriter.parameters(call.request()),
                "more", call.more() ? true : null,
                "oneway", call.oneway() ? true : null);
        return Json.writeTerminated(message);
    }

    /// Writes a server's reply.
    ///
    /// @param continues whether another reply to the same call follows
    public static byte[] encodeReply(Reply reply, boolean continues) {
        return Json.writeTerminated(Parameters.object("parameters", ReplyWriter.parameters(reply),
                "continues", continues ? true : null));
    }

    /// Writes a server's refusal.
    public static byte[] encodeRefusal(Refused refused) {
        return Json.writeTerminated(
                Parameters.object("error", refused.error(), "parameters", refused.parameters()));
    }

    /// A reply as a client reads it.
    ///
    /// @param continues whether another one follows
    public record Answer(Reply reply, boolean continues) {}

    /// Reads a server's reply.
    ///
    /// @param request what it answers
    /// @throws Refused the server's refusal
    /// @throws Malformed if the server does not speak this protocol
    public static Answer decodeReply(Request request, byte[] message) throws Refused, Malformed {
        var reply = new Parameters(Json.readObject(message));
        String error;
        Map<String, Object> parameters;
        boolean continues;
        try {
            error = reply.optionalString("error").orElse(null);
            parameters = reply.optionalMap("parameters");
            continues = reply.flag("continues");
        } catch (Refused.InvalidParameter bad) {
            throw new Malformed("not a reply: " + bad.getMessage());
        }
        if (error != null) {
            throw Refusals.of(error, parameters);
        }
        try {
            return new Answer(ReplyReader.read(request, new Parameters(parameters)), continues);
        } catch (ReplyReader.Unexpected bad) {
            throw new Malformed("its reply to " + RequestWriter.method(request).fullName()
                    + " is not what the interface says: " + bad.getMessage());
        }
    }
}
