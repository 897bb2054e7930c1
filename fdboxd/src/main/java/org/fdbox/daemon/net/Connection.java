package org.fdbox.daemon.net;

import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.ReplyStream;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Poller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client, and in which [State] it is. Everything here happens on the thread of its loop.
final class Connection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final EventLoop loop;
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

    Connection(EventLoop loop, OwnedFd socket, Session session) {
        this.loop = loop;
        this.session = session;
        this.socket = new ClientSocket(socket, loop, session);
        this.watched = this.socket.watched();
    }

    Session session() {
        return session;
    }

    /// Whether it has made a request with replies without end, and makes no other.
    boolean isStreaming() {
        return stream != null;
    }

    /// Begins to be served.
    void start() {
        guarded(() -> watched.watch(Poller.READABLE));
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
        switch (state) {
            case READING -> {
                // Who got a reply often has the next request under way by now, which spares the poller; once, since others wait too.
                for (int turn = 0; turn < 2 && state == State.READING; turn++) {
                    read();
                }
            }
            case WORKING -> {
                // Only the end of the peer is watched for, and it would be told again and again.
                watched.stop();
                last = true;
            }
            case HELD, AWAITING, CLOSED -> close();
            case WRITING -> {
                write();
                serve();
            }
        }
    }

    private void read() {
        if (!socket.mayRead()) {
            state = State.HELD;
            loop.stopDeadline(this);
            socket.hold(() -> resume(new Answer.End(), this::finish));
            return;
        }
        try {
            if (!socket.receive()) {
                close();
            }
        } catch (FrameReader.TooLong tooLong) {
            refuseAndEnd(new Refused.InvalidParameter("message"), tooLong.getMessage());
        }
        serve();
    }

    /// Serves what has arrived, for as long as nothing has to be waited for.
    private void serve() {
        while (state == State.READING) {
            Frame arrived = socket.next();
            if (arrived == null) {
                noteUnfinished();
                return;
            }
            begin(arrived);
        }
    }

    private void noteUnfinished() {
        if (!socket.count()) {
            long most = loop.intake().mostUnfinished();
            refuseAndEnd(new Refused.QuotaExceeded("unfinishedBytes", most), "too much of it is waiting");
        } else if (socket.isUnfinished()) {
            loop.startDeadline(this);
        } else {
            loop.stopDeadline(this);
        }
    }

    private void begin(Frame arrived) {
        exchange = new Exchange(arrived, session, loop.dispatcher());
        loop.stopDeadline(this);
        try {
            answer(exchange.begin());
        } catch (Refused refused) {
            refuse(refused);
        } catch (Malformed lost) {
            refuseAndEnd(new Refused.InvalidParameter("message"), lost.getMessage());
        }
    }

    private void answer(Answer answer) {
        switch (answer) {
            case Answer.Final whole -> send(Outgoing.of(whole));
            case Answer.Page page -> send(Outgoing.of(page));
            case Answer.Opened(var handle) -> open(handle);
            case Answer.Restored _ -> send(Outgoing.done());
            case Answer.Stream(var replies) -> await(replies);
            case Answer.Later(var work) -> work(work);
            case Answer.End _ -> close();
        }
    }

    private void open(BoxHandle handle) {
        try {
            send(Outgoing.of(loop.open(handle)));
        } catch (Refused full) {
            refuse(full);
        }
    }

    private void refuse(Refused refused) {
        send(Outgoing.of(refused));
    }

    /// The stream is lost: one error, and the end.
    private void refuseAndEnd(Refused refused, String reason) {
        LOG.info("{} cut off: {}", session, reason);
        last = true;
        send(Outgoing.of(refused));
    }

    // Working and streaming

    private void work(Answer.Work work) {
        state = State.WORKING;
        socket.pause(exchange);
        new Errand(
                exchange.observed(work),
                answer -> resume(answer, () -> answer(answer)),
                refused -> resume(new Answer.End(), () -> refuse(refused)),
                () -> resume(new Answer.End(), this::close)).start(loop, session);
    }

    /// @param abandoned what nobody will see if the client is gone
    private void resume(Answer abandoned, Runnable step) {
        if (state == State.CLOSED || last) {
            abandoned.abandon();
            state = state == State.CLOSED ? State.CLOSED : State.READING;
            endExchange();
            close();
            return;
        }
        state = State.READING;
        guarded(step);
        guarded(this::serve);
    }

    private void await(ReplyStream replies) {
        stream = replies;
        state = State.AWAITING;
        socket.pause(exchange);
        replies.whenReady(() -> loop.post(() -> guarded(this::sendPushed)));
    }

    private void sendPushed() {
        if (state != State.CLOSED) {
            send(Outgoing.of(stream.poll()));
        }
    }

    // Writing

    private void send(Outgoing reply) {
        out = last ? reply : exchange.admit(reply);
        if (out == null) {
            finish();
            return;
        }
        state = State.WRITING;
        write();
    }

    private void write() {
        switch (socket.send(out)) {
            case SENT -> written();
            case WAITS -> {
                watched.watch(Poller.WRITABLE);
                loop.startDeadline(this);
                if (!socket.count()) {
                    LOG.info("{} cut off: it reads nothing and asks for more", session);
                    close();
                }
            }
            // An error has no descriptors that could be too many.
            case TOO_MANY_IN_FLIGHT, PEER_GONE -> close();
        }
    }

    private void written() {
        loop.stopDeadline(this);
        Answer.Work next = out.next();
        // Of a stream, nothing follows an error.
        boolean over = last || stream != null && out.isReplaced();
        out = null;
        if (over) {
            close();
        } else if (stream != null) {
            await(stream);
        } else if (next != null) {
            work(next);
        } else {
            finish();
        }
    }

    private void finish() {
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

    // The end

    void cutOff() {
        LOG.info("{} cut off: it left a message or a reply unfinished", session);
        close();
    }

    void close() {
        if (state == State.CLOSED) {
            return;
        }
        boolean working = state == State.WORKING;
        state = State.CLOSED;
        watched.stop();
        loop.closed(this);
        if (out != null) {
            out.abandon();
        }
        if (!working) {
            endExchange();
        }
        if (stream != null) {
            stream.end();
        }
        loop.dispatcher().ended(session);
        socket.close();
    }
}
