package org.fdbox.daemon.net;

import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.Dispatcher;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Frame;

/// One message being served, with the descriptors that came with it and that no verb has taken.
final class Exchange {

    private final Frame frame;
    /// Null until it could be read.
    private Call call;

    /// @param frame belongs to this from now on
    Exchange(Frame frame) {
        this.frame = frame;
    }

    Answer begin(Dispatcher dispatcher, Session session) throws Malformed, Refused {
        call = Codec.decodeCall(frame.bytes(), session.interfaces());
        return dispatcher.dispatch(call, session, frame);
    }

    /// What goes to the client: the reply, or else what stands for it, and the reply is abandoned.
    ///
    /// @return null if the client asked for none
    Outgoing admit(Outgoing reply) {
        if (!isSilent() && allows(reply.bytes())) {
            return reply;
        }
        reply.abandon();
        return isSilent() ? null : Outgoing.of(new Refused.ExpectedMore());
    }

    private boolean isSilent() {
        return call != null ? call.oneway() : Codec.isOneway(frame.bytes());
    }

    /// Whether a reply is short enough for who did not ask for several.
    private boolean allows(byte[] reply) {
        return reply.length <= Codec.MOST_BYTES || call != null && call.more();
    }

    /// Nothing of it is needed any more.
    void end(Closer closer, int uid) {
        frame.descriptors().forEach(fd -> closer.close(uid, fd));
    }
}
