package org.fdbox.daemon.net;

import org.fdbox.daemon.box.Handout;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Errno;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Poller;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client. Everything here happens on the thread of its loop.
///
/// reading -> (request) -> writing -> reading; a request that may block goes by way of working; any of them -> closed.
final class Connection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private static final int NOTHING_AT_ALL = -1;

    private enum State {
        READING,
        WORKING,
        WRITING,
        CLOSED
    }

    private final EventLoop loop;
    private final OwnedFd socket;
    private final Session session;
    private final FrameReader reader = new FrameReader(Codec.MOST_BYTES);

    private State state = State.READING;
    private int watched = Poller.READABLE;
    private int unfinished;

    /// The call being served, and the frame it came in.
    private Call call;
    private Frame frame;

    /// The reply being sent.
    private Outgoing out;
    private Answer.Work next;
    private boolean last;
    private boolean drained;

    Connection(EventLoop loop, OwnedFd socket, Session session) {
        this.loop = loop;
        this.socket = socket;
        this.session = session;
    }

    OwnedFd socket() {
        return socket;
    }

    Session session() {
        return session;
    }

    int watched() {
        return watched;
    }

    /// The poller has seen something.
    void ready() {
        guarded(this::advance);
    }

    /// Whatever goes wrong with one client stops here.
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | LinkageError fault) {
            LOG.error("{} a request failed", session, fault);
            close();
        }
    }

    private void advance() {
        if (state == State.WORKING) {
            // Only the end of the peer is watched for, and it would be told again and again.
            unwatch();
            last = true;
        } else if (state == State.WRITING) {
            write();
            serve();
        } else if (state == State.READING) {
            receive();
            serve();
        }
    }

    private void receive() {
        try {
            switch (loop.courier().receive(socket, reader)) {
                case DATA, NOTHING -> {
                    // Served next.
                }
                case END -> {
                    drained = true;
                    close();
                }
            }
        } catch (FrameReader.TooLong tooLong) {
            refuseAndEnd(new Refused.InvalidParameter("message"), tooLong.getMessage());
        }
    }

    /// Serves what has arrived, for as long as nothing has to be waited for.
    private void serve() {
        while (state == State.READING) {
            Frame arrived = reader.next();
            if (arrived == null) {
                noteUnfinished();
                return;
            }
            begin(arrived);
        }
    }

    private void noteUnfinished() {
        int now = Intake.weight(reader);
        boolean within = now == unfinished || loop.intake().unfinished(session.who().uid(), now - unfinished);
        unfinished = now;
        if (!within) {
            long most = loop.intake().mostUnfinished();
            refuseAndEnd(new Refused.QuotaExceeded("unfinishedBytes", most), "too many unfinished bytes");
        } else if (now > 0) {
            loop.startDeadline(this);
        } else {
            loop.stopDeadline(this);
        }
    }

    private void begin(Frame arrived) {
        frame = arrived;
        call = null;
        loop.stopDeadline(this);
        try {
            call = Codec.decodeCall(arrived.bytes());
            answer(loop.dispatcher().dispatch(call, session, arrived));
        } catch (Refused refused) {
            refuse(refused);
        } catch (Malformed lost) {
            refuseAndEnd(new Refused.InvalidParameter("message"), lost.getMessage());
        }
    }

    private void answer(Answer answer) {
        switch (answer) {
            case Answer.Final(var reply, var handout) ->
                send(Codec.encodeReply(reply, false), handout.orElse(null));
            case Answer.Page(var reply, var work) -> {
                next = work;
                send(Codec.encodeReply(reply, true), null);
            }
            case Answer.Later(var work) -> work(work);
            case Answer.End _ -> close();
        }
    }

    private void refuse(Refused refused) {
        LOG.debug("{} refused {}", session, refused.error());
        send(Codec.encodeRefusal(refused), null);
    }

    /// The stream is lost: one error, and the end.
    private void refuseAndEnd(Refused refused, String reason) {
        LOG.info("{} cut off: {}", session, reason);
        last = true;
        send(Codec.encodeRefusal(refused), null);
    }

    // Working

    private void work(Answer.Work work) {
        state = State.WORKING;
        watch(0);
        loop.work(session.who().uid(), () -> loop.post(outcome(work)));
    }

    /// Runs on a worker; what it returns runs on the loop again.
    private Runnable outcome(Answer.Work work) {
        try {
            Answer answer = work.get();
            return () -> resume(answer, () -> answer(answer));
        } catch (Refused refused) {
            return () -> resume(new Answer.End(), () -> refuse(refused));
        } catch (RuntimeException | Error fault) {
            LOG.error("{} a request failed", session, fault);
            return () -> resume(new Answer.End(), this::close);
        }
    }

    /// @param abandoned what nobody will see if the client is gone
    private void resume(Answer abandoned, Runnable step) {
        if (state == State.CLOSED || last) {
            abandoned.abandon();
            state = state == State.CLOSED ? State.CLOSED : State.READING;
            closeFrame();
            close();
            return;
        }
        state = State.READING;
        guarded(step);
        guarded(this::serve);
    }

    // Writing

    private void send(byte[] bytes, Handout handout) {
        boolean silent = call != null ? call.oneway() : frame != null && Codec.isOneway(frame.bytes());
        if (silent && !last) {
            abandonNext();
            finishCall();
            return;
        }
        boolean tooLong = bytes.length > Codec.MOST_BYTES && call != null && !call.more();
        if (tooLong && handout != null) {
            handout.failed();
        }
        out = tooLong
                ? new Outgoing(Codec.encodeRefusal(new Refused.ExpectedMore()), null)
                : new Outgoing(bytes, handout);
        state = State.WRITING;
        write();
    }

    private void write() {
        try {
            if (out.send(loop.courier(), socket)) {
                written();
            } else {
                watch(Poller.WRITABLE);
                loop.startDeadline(this);
            }
        } catch (SystemCallException failed) {
            notSent(failed);
        }
    }

    /// The descriptors stay where they are. Too many in flight is the fault of whoever does not read theirs: the request
    /// fails, and the connection does not.
    private void notSent(SystemCallException failed) {
        if (failed.errno() != Errno.ETOOMANYREFS || !out.hasDescriptors()) {
            LOG.debug("{} gone: {}", session, failed.getMessage());
            close();
            return;
        }
        LOG.warn("{} not sent: {}", session, failed.getMessage());
        out.abandon();
        send(Codec.encodeRefusal(new Refused.OutOfFileDescriptors(Courier.MOST_DESCRIPTORS)), null);
    }

    private void written() {
        loop.stopDeadline(this);
        out = null;
        if (last) {
            close();
        } else if (next != null) {
            Answer.Work following = next;
            next = null;
            work(following);
        } else {
            finishCall();
        }
    }

    private void finishCall() {
        closeFrame();
        call = null;
        state = State.READING;
        watch(Poller.READABLE);
    }

    private void abandonNext() {
        if (next != null) {
            next.abandon();
            next = null;
        }
    }

    private void closeFrame() {
        if (frame != null) {
            frame.descriptors().forEach(loop.closer()::close);
            frame = null;
        }
    }

    private void unwatch() {
        if (watched != NOTHING_AT_ALL) {
            watched = NOTHING_AT_ALL;
            loop.unwatch(this);
        }
    }

    private void watch(int events) {
        if (watched != events) {
            watched = events;
            loop.rewatch(this);
        }
    }

    // The end

    void cutOff() {
        LOG.info("{} cut off: it left a message or a reply unfinished", session);
        close();
    }

    /// It was never watched.
    void closeUnwatched() {
        watched = NOTHING_AT_ALL;
        close();
    }

    void close() {
        if (state == State.CLOSED) {
            return;
        }
        boolean working = state == State.WORKING;
        state = State.CLOSED;
        unwatch();
        loop.closed(this);
        loop.intake().disconnect(session.who().uid(), unfinished);
        if (out != null) {
            out.abandon();
        }
        abandonNext();
        if (!working) {
            closeFrame();
        }
        loop.dispatcher().ended(session);
        reader.drain().forEach(loop.closer()::close);
        // Messages that nobody read may hold descriptors, which the kernel closes with the socket.
        if (drained) {
            socket.close();
        } else {
            loop.closer().close(socket);
        }
    }
}
