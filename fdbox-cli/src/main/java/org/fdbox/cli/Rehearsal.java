package org.fdbox.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;

/// Loads the classes of a request before the jars that hold them lose their descriptors.
final class Rehearsal {

    private static final byte[] REPLY = "{\"parameters\":{\"entries\":[]}}".getBytes(StandardCharsets.UTF_8);

    private Rehearsal() {}

    /// Goes through a PutMany and its reply, without sending anything.
    static void putMany() {
        var request = new Request.PutMany("box", List.of(new Request.Offered("name", 0)), false);
        Codec.encodeCall(Call.of(request));
        try {
            Codec.decodeReply(request, REPLY);
        } catch (Refused | Malformed impossible) {
            throw new IllegalStateException("this reply is in order", impossible);
        }
    }
}
