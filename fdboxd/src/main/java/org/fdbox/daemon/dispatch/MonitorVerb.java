package org.fdbox.daemon.dispatch;

import org.fdbox.daemon.box.Looks;
import org.fdbox.daemon.succession.Next;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;

/// Monitor: replies without end, one for each event that the caller may know of.
final class MonitorVerb {

    private final Looks looks;
    private final Watchers watchers;

    MonitorVerb(Looks looks, Watchers watchers) {
        this.looks = looks;
        this.watchers = watchers;
    }

    Answer monitor(Request.Monitor request, Session session) throws Refused {
        if (request.box().isPresent()) {
            looks.requireListable(session.caller(), request.box().get());
        }
        return new Answer.Stream(watchers.watch(session.caller(), request.box()));
    }

    /// Goes on with a call that another process was serving, which has judged it.
    Answer.Stream goOn(Next.Watches begun, Session session) {
        return new Answer.Stream(watchers.watch(session.caller(), begun));
    }
}
