package org.fdbox.daemon.net;

import java.util.List;
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
import org.fdbox.sys.OwnedFd;

/// One message being served, with the descriptors that came with it and that no verb has taken. What becomes of it passes here, so
/// here the audit is told, once.
final class Exchange {

    private final Frame frame;
    private final Session session;
    private final Dispatcher dispatcher;
    /// Its reply goes out whatever it is: that was judged before.
    private boolean admitted;
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

    /// One whose message was read before its connection was suspended, here or by another process, and is not needed any more. It was
    /// told there.
    static Exchange begun(Session session, Dispatcher dispatcher) {
        var begun = new Exchange(new Frame(new byte[0], List.of(), false), session, dispatcher);
        begun.admitted = true;
        begun.told = true;
        return begun;
    }

    /// The same of a request that is answered here, and told.
    static Exchange answered(Request request, Answer.Final answer, Session session, Dispatcher dispatcher) {
        Exchange answered = begun(session, dispatcher);
        answered.call = Call.of(request);
        answered.answer = answer;
        answered.told = false;
        return answered;
    }

    Session session() {
        return session;
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

    /// Does work on it, whose result counts also where the client does not wait for it.
    Answer run(Answer.Work work) throws Refused {
        try {
            answer = work.get();
            return answer;
        } catch (Refused refusal) {
            refused = refusal;
            throw refusal;
        }
    }

    /// What goes to the client: the reply, or else what stands for it, and the reply is abandoned.
    ///
    /// @return null if the client asked for none
    Outgoing admit(Outgoing wanted) {
        reply = wanted;
        if (admitted || !isSilent() && allows(wanted.bytes())) {
            return wanted;
        }
        wanted.abandon();
        if (isSilent()) {
            return null;
        }
        reply = Outgoing.of(new Refused.ExpectedMore());
        return reply;
    }

    /// Whether the client asked for no reply.
    boolean isSilent() {
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

    /// The message, to be served once more from its beginning, and told then. [#end] follows, and leaves it alone.
    Frame takeBack() {
        told = true;
        return new Frame(frame.bytes(), frame.descriptors().stream().map(OwnedFd::take).toList(),
                frame.truncated());
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
            case Answer.Handed _ -> {
                // Whoever has its connection now tells.
            }
            case null -> audit.unfinished(session, request, "unanswered");
            case Answer.Page _, Answer.Later _, Answer.End _ ->
                audit.unfinished(session, request, "unanswered");
        }
    }
}
