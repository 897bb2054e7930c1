package org.fdbox.daemon.net;

import java.util.Optional;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.Audit;
import org.fdbox.daemon.dispatch.Dispatcher;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;

/// One message being served, with the descriptors that came with it and that no verb has taken. What becomes of it passes here, so
/// here the audit is told, once.
final class Exchange {

    private final Frame frame;
    private final Session session;
    private final Dispatcher dispatcher;
    /// Null until it could be read.
    private Call call;
    /// How many descriptors of it are in the backlog.
    private int behind;
    /// The last of each, or null. The first two may come from a worker, one at a time.
    private Answer answer;
    private Refused refused;
    private Outgoing reply;
    private boolean told;

    /// @param frame belongs to this from now on
    Exchange(Frame frame, Session session, Dispatcher dispatcher) {
        this.frame = frame;
        this.session = session;
        this.dispatcher = dispatcher;
    }

    Answer begin() throws Malformed, Refused {
        try {
            call = Codec.decodeCall(frame.bytes(), session.interfaces());
            answer = dispatcher.dispatch(call, session, frame);
        } catch (Refused refusal) {
            refused = refusal;
            throw refusal;
        }
        if (answer instanceof Answer.Stream) {
            // It ends with the connection only.
            tell();
        }
        return answer;
    }

    /// Work on it, whose result counts also where the client does not wait for it.
    Answer.Work observed(Answer.Work work) {
        return new Answer.Work() {
            @Override
            public Answer get() throws Refused {
                try {
                    answer = work.get();
                    return answer;
                } catch (Refused refusal) {
                    refused = refusal;
                    throw refusal;
                }
            }

            @Override
            public void abandon() {
                work.abandon();
            }
        };
    }

    /// What goes to the client: the reply, or else what stands for it, and the reply is abandoned.
    ///
    /// @return null if the client asked for none
    Outgoing admit(Outgoing wanted) {
        reply = wanted;
        if (!isSilent() && allows(wanted.bytes())) {
            return wanted;
        }
        wanted.abandon();
        if (isSilent()) {
            return null;
        }
        reply = Outgoing.of(new Refused.ExpectedMore());
        return reply;
    }

    private boolean isSilent() {
        return call != null ? call.oneway() : Codec.isOneway(frame.bytes());
    }

    /// Whether a reply is short enough for who did not ask for several.
    private boolean allows(byte[] bytes) {
        return bytes.length <= Codec.MOST_BYTES || call != null && call.more();
    }

    /// It is being worked on, for as long as that takes: its descriptors are in its user's backlog.
    void working(Backlog backlog, int uid) {
        if (behind == 0) {
            behind = frame.descriptors().size();
            backlog.add(uid, behind);
        }
    }

    /// Nothing of it is needed any more.
    void end(Closer closer, Intake intake, int uid) {
        frame.descriptors().forEach(fd -> closer.close(uid, fd, () -> intake.gone(1)));
        closer.backlog().remove(uid, behind);
        tell();
    }

    // The audit

    private void tell() {
        if (told) {
            return;
        }
        told = true;
        Audit audit = dispatcher.audit();
        Refused error = reply == null ? refused : reply.refused().orElse(refused);
        if (call == null) {
            Optional.ofNullable(error).ifPresent(why -> audit.unread(session, frame.bytes(), why));
        } else if (error != null) {
            audit.refused(session, call.request(), error);
        } else {
            tell(audit, call.request());
        }
    }

    private void tell(Audit audit, Request request) {
        boolean lost = reply == null || reply.isLost();
        switch (answer) {
            case Answer.Final(_, var handout) when lost && handout.isPresent() ->
                audit.unfinished(session, request, "undelivered");
            case Answer.Opened _ when lost -> audit.unfinished(session, request, "undelivered");
            case Answer.Final(var done, _) -> audit.granted(session, request, Optional.of(done));
            case Answer.Opened(var handle) -> audit.opened(session, request, handle.rights());
            case Answer.Restored(var entries) -> audit.restored(session, request, entries);
            case Answer.Stream _ -> audit.granted(session, request, Optional.empty());
            case null -> audit.unfinished(session, request, "unanswered");
            case Answer.Page _, Answer.Later _, Answer.End _ ->
                audit.unfinished(session, request, "unanswered");
        }
    }
}
