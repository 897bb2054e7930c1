package org.fdbox.daemon.dispatch;

import org.fdbox.daemon.box.BoxStore;
import org.fdbox.daemon.handover.Journal;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;

/// CreateBox, DeleteBox, ListBoxes, SetAccess.
final class BoxVerbs {

    private static final int OWNER_ONLY = 0700;

    private final BoxStore store;
    private final Journal journal;

    BoxVerbs(BoxStore store, Journal journal) {
        this.store = store;
        this.journal = journal;
    }

    Answer create(Request.CreateBox request, Session session) throws Refused {
        store.create(session.peer(), request.name(), request.mode().orElse(OWNER_ONLY));
        return Answer.done();
    }

    /// What was saved of the box is finished with before the box is gone.
    Answer delete(Request.DeleteBox request, Session session) throws Refused {
        store.requireDeletable(session.peer(), request.name());
        return new Answer.Later(() -> {
            int released = store.delete(
                    session.peer(), request.name(), () -> journal.erase(request.name()));
            return Answer.of(new Reply.Released(released));
        });
    }

    Answer list(Session session) {
        return Answer.of(new Reply.Boxes(store.list(session.caller())));
    }

    Answer setAccess(Request.SetAccess request, Session session) throws Refused {
        store.setAccess(session.peer(), request.box(), request.owner(), request.group(), request.mode());
        return Answer.done();
    }
}
