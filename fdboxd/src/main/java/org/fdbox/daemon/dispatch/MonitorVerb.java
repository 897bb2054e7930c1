package org.fdbox.daemon.dispatch;

import org.fdbox.daemon.box.BoxStore;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;

/// Monitor: replies without end, one for each event that the caller may know of.
final class MonitorVerb {

    private final BoxStore store;
    private final Watchers watchers;

    MonitorVerb(BoxStore store, Watchers watchers) {
        this.store = store;
        this.watchers = watchers;
    }

    /// @param severalReplies whether the caller takes them
    Answer monitor(Request.Monitor request, Session session, boolean severalReplies) throws Refused {
        if (!severalReplies) {
            throw new Refused.ExpectedMore();
        }
        if (request.box().isPresent()) {
            store.requireListable(session.caller(), request.box().get());
        }
        return new Answer.Stream(watchers.watch(session.caller(), request.box()));
    }
}
