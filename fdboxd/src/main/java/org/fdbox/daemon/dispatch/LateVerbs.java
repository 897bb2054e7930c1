package org.fdbox.daemon.dispatch;

import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.handover.LateHandlers;
import org.fdbox.daemon.handover.Registration;
import org.fdbox.daemon.handover.RestoreRequest;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;

/// RegisterHandler and Restored: handlers in other programs, for root and the daemon's own user.
final class LateVerbs {

    private final LateHandlers handlers;
    private final Admission admission;
    private final int ownUid;

    LateVerbs(LateHandlers handlers, Admission admission, int ownUid) {
        this.handlers = handlers;
        this.admission = admission;
        this.ownUid = ownUid;
    }

    /// @param severalReplies whether the caller takes them
    Answer register(Request.RegisterHandler request, Session session, boolean severalReplies)
            throws Refused {
        if (!severalReplies) {
            throw new Refused.ExpectedMore();
        }
        HandoverVerbs.authorise(session, ownUid);
        Registration registration = handlers.register(request.compatible(), session.peer());
        // The first reply asks nothing.
        var replies = new ReplyStream(Registration.MOST_OPEN + 1, registration::end);
        registration.start(replies::push);
        return new Answer.Stream(replies);
    }

    Answer restored(Request.Restored request, Session session, Frame frame) throws Refused {
        HandoverVerbs.authorise(session, ownUid);
        if (request.error().isPresent()) {
            Arrived.requireNone(frame);
            RestoreRequest claimed = handlers.claim(request.request(), session.peer().uid());
            handlers.refused(claimed, request.error().get());
            return new Answer.Restored(claimed.places());
        }
        OwnedFd fd = Arrived.one(frame, request.fileDescriptor().getAsInt());
        RestoreRequest claimed = handlers.claim(request.request(), session.peer().uid());
        return new Answer.Later(new Answer.Work() {
            @Override
            public Answer get() throws Refused {
                hold(claimed, fd);
                return new Answer.Restored(claimed.places());
            }

            @Override
            public void abandon() {
                handlers.reopen(claimed);
            }
        });
    }

    /// Only what anybody could put may come in this way.
    private void hold(RestoreRequest request, OwnedFd fd) throws Refused {
        Content.Held made;
        try {
            Admission.Candidate candidate = admission.recognise(request.name(), fd, request.putter());
            made = admission.examine(request.box(), candidate, request.putter());
        } catch (Refused inadmissible) {
            handlers.refused(request, inadmissible.getMessage());
            throw inadmissible;
        }
        try (OwnedFd descriptor = made.fd()) {
            handlers.held(request, new Content.Held(descriptor, made.kind()));
        }
    }
}
