package org.fdbox.daemon.dispatch;

import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.box.BoxStore;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// OpenBox: a connection that reaches one box, for whoever holds it.
final class HandleVerb {

    private static final Logger LOG = LoggerFactory.getLogger(HandleVerb.class);

    private final BoxStore store;

    HandleVerb(BoxStore store) {
        this.store = store;
    }

    Answer open(Request.OpenBox request, Session session) throws Refused {
        BoxHandle handle = store.open(session.caller(), request.box(), request.rights());
        LOG.info("{} opened box={} rights={}", session, request.box(),
                String.join(",", handle.rights().stream().map(HandleRight::word).toList()));
        return new Answer.Opened(handle);
    }
}
