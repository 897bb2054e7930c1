package org.fdbox.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;

/// Several entries that have arrived together, all or none.
///
/// @param descriptors by name, in the order asked for; belong to who has this
/// @param lease that they are on, if that was asked for
record Handed(Map<String, OwnedFd> descriptors, Optional<String> lease) {

    /// Takes out of a reply what it hands out.
    static Handed of(Request.GetMany request, Connection.Received received) throws ConnectionLostException {
        var reply = (Reply.HandedMany) received.reply();
        requireAsked(request, reply, received);
        var descriptors = new LinkedHashMap<String, OwnedFd>();
        try {
            for (Reply.HandedEntry file : reply.files()) {
                descriptors.put(file.entry().name(), received.take(file.fileDescriptor()));
            }
        } catch (ConnectionLostException incomplete) {
            descriptors.values().forEach(OwnedFd::close);
            throw incomplete;
        }
        return new Handed(descriptors, reply.lease());
    }

    /// A daemon that hands out something else than what was asked for is not one to go on with.
    private static void requireAsked(Request.GetMany request, Reply.HandedMany reply,
            Connection.Received received) throws ConnectionLostException {
        List<String> names = reply.files().stream().map(file -> file.entry().name()).toList();
        boolean asked =
                request.names().map(names::equals).orElse(names.stream().distinct().count() == names.size());
        if (!asked) {
            throw received.wrong("the daemon handed out " + names + " and was asked for "
                    + request.names().map(List::toString).orElse("each entry once"));
        }
        if (request.confirm() && reply.lease().isEmpty()) {
            throw received.wrong("the daemon handed out " + names + " without a lease");
        }
    }
}
