package org.fdbox.daemon.net;

import java.util.List;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.Dispatcher;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;

/// One message being served, with the descriptors that came with it and that no verb has taken.
final class Exchange {

    private final Frame frame;
    /// Its reply goes out whatever it is: that was judged before.
    private final boolean admitted;
    /// Null until it could be read.
    private Call call;
    /// How many descriptors of it are in the backlog.
    private int behind;

    /// @param frame belongs to this from now on
    Exchange(Frame frame) {
        this(frame, false);
    }

    private Exchange(Frame frame, boolean admitted) {
        this.frame = frame;
        this.admitted = admitted;
    }

    /// One whose message was read before its connection was suspended, here or by another process, and is not needed any more.
    static Exchange begun() {
        return new Exchange(new Frame(new byte[0], List.of(), false), true);
    }

    Answer begin(Dispatcher dispatcher, Session session) throws Malformed, Refused {
        call = Codec.decodeCall(frame.bytes(), session.interfaces());
        return dispatcher.dispatch(call, session, frame);
    }

    /// What goes to the client: the reply, or else what stands for it, and the reply is abandoned.
    ///
    /// @return null if the client asked for none
    Outgoing admit(Outgoing reply) {
        if (admitted || !isSilent() && allows(reply.bytes())) {
            return reply;
        }
        reply.abandon();
        return isSilent() ? null : Outgoing.of(new Refused.ExpectedMore());
    }

    /// Whether the client asked for no reply.
    boolean isSilent() {
        return call != null ? call.oneway() : Codec.isOneway(frame.bytes());
    }

    /// Whether a reply is short enough for who did not ask for several.
    private boolean allows(byte[] reply) {
        return reply.length <= Codec.MOST_BYTES || call != null && call.more();
    }

    /// It is being worked on, for as long as that takes: its descriptors are in its user's backlog.
    void working(Backlog backlog, int uid) {
        if (behind == 0) {
            behind = frame.descriptors().size();
            backlog.add(uid, behind);
        }
    }

    /// The message, to be served once more from its beginning. [#end] follows, and leaves it alone.
    Frame takeBack() {
        return new Frame(frame.bytes(), frame.descriptors().stream().map(OwnedFd::take).toList(),
                frame.truncated());
    }

    /// Nothing of it is needed any more.
    void end(Closer closer, Intake intake, int uid) {
        frame.descriptors().forEach(fd -> closer.close(uid, fd, () -> intake.gone(1)));
        closer.backlog().remove(uid, behind);
    }
}
