package org.fdbox.cli;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Reply;

/// A reply as the JSON that the interface file declares.
final class JsonText {

    private JsonText() {}

    /// The parameters of the message that the codec makes of a reply.
    @SuppressWarnings("unchecked") // the members of a JSON object have names
    static Map<String, ?> parameters(Reply reply) {
        byte[] message = Codec.encodeReply(reply, false);
        try {
            Map<String, Object> object = Json.readObject(Arrays.copyOf(message, message.length - 1));
            return object.get("parameters") instanceof Map<?, ?> map ? (Map<String, ?>) map : Map.of();
        } catch (Malformed impossible) {
            throw new IllegalStateException("the codec wrote what it cannot read", impossible);
        }
    }

    /// An object in one line.
    static String of(Map<String, ?> object) {
        return new String(Json.write(object), StandardCharsets.UTF_8);
    }
}
