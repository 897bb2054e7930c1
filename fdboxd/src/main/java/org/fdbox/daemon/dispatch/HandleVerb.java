package org.fdbox.daemon.dispatch;

import org.fdbox.daemon.box.BoxStore;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;

/// OpenBox: a connection that reaches one box, for whoever holds it.
final class HandleVerb {

    private final BoxStore store;

    HandleVerb(BoxStore store) {
        this.store = store;
    }

    Answer open(Request.OpenBox request, Session session) throws Refused {
        return new Answer.Opened(store.open(session.caller(), request.box(), request.rights()));
    }
}
