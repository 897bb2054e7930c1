package org.fdbox.daemon.dispatch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Waiting;
import org.fdbox.daemon.handover.LateHandlers;
import org.fdbox.daemon.handover.Registration;
import org.fdbox.daemon.handover.RestoreRequest;
import org.fdbox.daemon.succession.Next;
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

    Answer register(Request.RegisterHandler request, Session session) throws Refused {
        HandoverVerbs.authorise(session, ownUid);
        Registration registration = handlers.register(request.compatible(), session.peer());
        ReplyStream replies = replies(registration);
        registration.start(replies::push);
        return new Answer.Stream(replies);
    }

    /// Goes on with a call that another process was serving: what it asked can be answered, and the rest is asked here.
    Answer.Stream goOn(Next.Handles begun, Session session) throws Refused {
        Map<Next.Place, Waiting> waiting = handlers.waiting().stream()
                .collect(Collectors.toMap(LateVerbs::place, Function.identity()));
        var open = new LinkedHashMap<String, List<Waiting>>();
        begun.open().forEach(request -> open.put(request.id(), request.entries().stream()
                .map(waiting::get).filter(Objects::nonNull).toList()));
        Registration registration = handlers.register(begun.compatible(), session.peer(), open);
        ReplyStream replies = replies(registration);
        registration.startPaused(replies::push);
        return new Answer.Stream(replies);
    }

    private static Next.Place place(Waiting waiting) {
        return new Next.Place(waiting.box(), waiting.entry().name());
    }

    private static ReplyStream replies(Registration registration) {
        // The first reply asks nothing.
        return new ReplyStream(Registration.MOST_OPEN + 1, new Asking(registration));
    }

    private record Asking(Registration registration) implements ReplyStream.Source {

        @Override
        public void ended() {
            registration.end();
        }

        @Override
        public void pause() {
            registration.pause();
        }

        @Override
        public void resume() {
            registration.resume();
        }

        @Override
        public Next next() {
            List<Next.OpenRequest> open = registration.open().stream()
                    .map(request -> new Next.OpenRequest(request.id(),
                            request.entries().stream().map(LateVerbs::place).toList()))
                    .toList();
            return new Next.Handles(registration.compatible(), open);
        }
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
