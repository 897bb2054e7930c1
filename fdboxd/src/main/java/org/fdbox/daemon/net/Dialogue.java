package org.fdbox.daemon.net;

import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.ReplyStream;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Frame;
import org.fdbox.sys.Poller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is said on one [Connection]: from a request to its last reply, and in which [State] that is. Everything here happens on the
/// thread of its loop.
final class Dialogue implements Errand.Receiver {

    private static final Logger LOG = LoggerFactory.getLogger(Dialogue.class);

    private final EventLoop loop;
    private final Connection connection;
    private final Session session;
    private final ClientSocket socket;
    private final Watched watched;

    private State state = State.READING;
    /// The message being served.
    private Exchange exchange;
    /// The reply being sent.
    private Outgoing out;
    private boolean last;
    /// Where further replies to the last request come from; null unless it was one that never ends.
    private ReplyStream stream;
    /// What the request waits for, while it is being worked on.
    private Errand errand;

    Dialogue(EventLoop loop, Connection connection, ClientSocket socket) {
        this.loop = loop;
        this.connection = connection;
        this.session = connection.session();
        this.socket = socket;
        this.watched = socket.watched();
    }

    /// Whether there was a request with replies without end, and there will be no other.
    boolean isStreaming() {
        return stream != null;
    }

    State state() {
        return state;
    }

    /// The client is gone, or will be: what is being worked on comes to its end, and nobody is told.
    void isLast() {
        last = true;
    }

    /// Nothing is read until what this answers is run.
    Runnable hold() {
        state = State.HELD;
        return () -> resume(new Answer.End(), this::finish);
    }

    /// A message to be served, when nothing else is.
    void begin(Frame arrived) {
        exchange = new Exchange(arrived, session, loop.dispatcher());
        loop.deadlines().stop(connection);
        try {
            answer(exchange.begin());
        } catch (Refused refused) {
            refuse(refused);
        } catch (Malformed lost) {
            refuseAndEnd(new Refused.InvalidParameter("message"), lost.getMessage());
        }
    }

    private void answer(Answer answer) {
        try {
            switch (answer) {
                case Answer.Final whole -> send(Outgoing.of(whole));
                case Answer.Page page -> send(Outgoing.of(page));
                case Answer.Opened(var handle) -> send(Outgoing.of(loop.open(handle)));
                case Answer.Restored _ -> send(Outgoing.done());
                case Answer.Stream(var replies) -> await(replies);
                case Answer.Later(var work) -> await(Errand.start(work, exchange, loop));
                case Answer.Handed(var to) -> connection.hand(to);
                case Answer.End _ -> connection.close();
            }
        } catch (Refused full) {
            refuse(full);
        }
    }

    private void refuse(Refused refused) {
        send(Outgoing.of(refused));
    }

    /// The stream is lost: one error, and the end.
    void refuseAndEnd(Refused refused, String reason) {
        LOG.info("{} cut off: {}", session, reason);
        last = true;
        send(Outgoing.of(refused));
    }

    // Working and streaming

    /// Waits for work, which was sent off just now, or before its connection was suspended.
    void await(Errand sent) {
        state = State.WORKING;
        socket.pause(exchange);
        errand = sent;
        sent.tell(this);
    }

    @Override
    public void answered(Answer answer) {
        resume(answer, () -> answer(answer));
    }

    @Override
    public void refused(Refused refused) {
        resume(new Answer.End(), () -> refuse(refused));
    }

    @Override
    public void failed() {
        resume(new Answer.End(), connection::close);
    }

    /// @param abandoned what nobody will see if the client is gone
    private void resume(Answer abandoned, Runnable step) {
        errand = null;
        if (state == State.CLOSED || last) {
            abandoned.abandon();
            endExchange();
            connection.close();
            return;
        }
        state = State.READING;
        connection.guarded(step);
        connection.guarded(connection::serve);
    }

    void await(ReplyStream replies) {
        stream = replies;
        state = State.AWAITING;
        socket.pause(exchange);
        replies.whenReady(() -> loop.post(() -> connection.guarded(this::sendPushed)));
    }

    private void sendPushed() {
        if (state != State.CLOSED) {
            send(Outgoing.of(stream.poll()));
        }
    }

    // Writing

    void send(Outgoing reply) {
        Outgoing admitted = last ? reply : exchange.admit(reply);
        if (admitted == null) {
            finish();
            return;
        }
        out = out == null ? admitted : out.followedBy(admitted);
        state = State.WRITING;
        write();
    }

    /// Sends what the socket takes now.
    void write() {
        switch (socket.send(out)) {
            case SENT -> written();
            case WAITS -> {
                watched.watch(Poller.WRITABLE);
                loop.deadlines().start(connection);
                if (!socket.count()) {
                    LOG.info("{} cut off: it reads nothing and asks for more", session);
                    connection.close();
                }
                workAhead();
            }
            // An error has no descriptors that could be too many.
            case TOO_MANY_IN_FLIGHT, PEER_GONE -> connection.close();
        }
    }

    private void written() {
        loop.deadlines().stop(connection);
        Answer.Work next = out.next();
        // Of a stream, nothing follows an error.
        boolean over = last || stream != null && out.isReplaced();
        out = null;
        if (over) {
            connection.close();
        } else if (connection.isDue()) {
            connection.goOn();
        } else if (stream != null) {
            await(stream);
        } else if (next != null) {
            await(Errand.start(next, exchange, loop));
        } else {
            finish();
        }
    }

    void finish() {
        endExchange();
        state = State.READING;
        watched.watch(Poller.READABLE);
    }

    private void endExchange() {
        if (exchange != null) {
            exchange.end(loop.closer(), loop.intake(), session.uid());
            exchange = null;
        }
    }

    // While everybody is suspended

    /// Makes the rest of an answer, which is in no other process, although the first part has not left.
    void workAhead() {
        Answer.Work next = socket.isResting() && state == State.WRITING ? out.takeAwaited() : null;
        if (next != null) {
            await(Errand.start(next, exchange, loop));
        }
    }

    /// Whether nothing is awaited.
    boolean rests() {
        return state != State.WORKING || errand.meanwhile() != Answer.Meanwhile.AWAITED;
    }

    /// It does not rest any more, and what it waits for goes on.
    void rouse() {
        if (!last) {
            watched.watch(0);
        }
    }

    /// Takes it apart where it rests. It is over here, and its client notices nothing.
    ///
    /// @param before what was still due from before; null if nothing was
    void suspend(Suspension suspension, Suspended before) {
        boolean over = last || stream != null && out != null && out.isReplaced();
        if (out != null) {
            suspension.reply(out, exchange, stream != null || before != null);
        }
        if (before != null) {
            suspension.due(before);
        }
        if (errand != null) {
            suspension.work(errand, last);
        }
        if (stream != null) {
            suspension.stream(stream);
        }
        if (over) {
            suspension.ends();
        }
        if (suspension.goesOn(exchange)) {
            exchange = null;
        }
        leave();
    }

    /// Goes on where another one was taken apart.
    void resume(Suspended suspended) {
        exchange = suspended.exchange().orElseGet(() -> Exchange.begun(session, loop.dispatcher()));
        stream = suspended.stream();
        if (stream != null) {
            stream.resume();
        }
    }

    // The end

    /// Nothing more is said here.
    void leave() {
        state = State.CLOSED;
        endExchange();
    }

    /// The client is gone, or has to go.
    void end() {
        // A worker may still need the request; it ends when that one is back.
        if (state != State.WORKING) {
            endExchange();
        }
        state = State.CLOSED;
        if (out != null) {
            out.abandon();
        }
        if (stream != null) {
            stream.end();
        }
    }
}
