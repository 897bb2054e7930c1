package org.fdbox.daemon.net;

import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.ReplyStream;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Poller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client. Everything here happens on the thread of its loop.
///
/// reading -> (request) -> writing -> reading; a request that may block goes by way of working; one whose replies never end
/// goes from writing to working and back until the client goes; any of them -> closed.
final class Connection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private enum State {
        READING,
        WORKING,
        WRITING,
        CLOSED
    }

    private final EventLoop loop;
    private final OwnedFd socket;
    private final Session session;
    private final Incoming incoming;

    private State state = State.READING;
    private final Watched watched;

    /// The message being served.
    private Exchange exchange;

    /// The reply being sent.
    private Outgoing out;
    private boolean last;
    private boolean drained;

    /// Where further replies to the last request come from; null unless it was one that never ends.
    private ReplyStream stream;

    Connection(EventLoop loop, OwnedFd socket, Session session) {
        this.loop = loop;
        this.socket = socket;
        this.session = session;
        this.watched = new Watched(loop.poller(), socket, session.id());
        this.incoming = new Incoming(Codec.MOST_BYTES, loop.intake(), session.who().uid());
    }

    Session session() {
        return session;
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
        if (state == State.WORKING && stream != null) {
            close();
        } else if (state == State.WORKING) {
            // Only the end of the peer is watched for, and it would be told again and again.
            watched.stop();
            last = true;
        } else if (state == State.WRITING) {
            write();
            serve();
        } else {
            // Who got a reply often has the next request under way by now, which spares the poller; once, since others wait too.
            for (int turn = 0; turn < 2 && state == State.READING; turn++) {
                receive();
                serve();
            }
        }
    }

    private void receive() {
        try {
            if (incoming.receive(loop.courier(), socket) == Courier.Arrival.END) {
                drained = true;
                close();
            }
        } catch (FrameReader.TooLong tooLong) {
            refuseAndEnd(new Refused.InvalidParameter("message"), tooLong.getMessage());
        }
    }

    /// Serves what has arrived, for as long as nothing has to be waited for.
    private void serve() {
        while (state == State.READING) {
            Frame arrived = incoming.next();
            if (arrived == null) {
                noteUnfinished();
                return;
            }
            begin(arrived);
        }
    }

    private void noteUnfinished() {
        if (!incoming.count()) {
            long most = loop.intake().mostUnfinished();
            refuseAndEnd(new Refused.QuotaExceeded("unfinishedBytes", most), "too much of it is waiting");
        } else if (incoming.isUnfinished()) {
            loop.startDeadline(this);
        } else {
            loop.stopDeadline(this);
        }
    }

    private void begin(Frame arrived) {
        exchange = new Exchange(arrived);
        loop.stopDeadline(this);
        try {
            answer(exchange.begin(loop.dispatcher(), session));
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
            case Answer.Stream(var replies) -> await(replies);
            case Answer.Later(var work) -> work(work);
            case Answer.End _ -> close();
        }
    }

    private void refuse(Refused refused) {
        LOG.debug("{} refused {}", session, refused.error());
        send(Outgoing.of(refused));
    }

    /// The stream is lost: one error, and the end.
    private void refuseAndEnd(Refused refused, String reason) {
        LOG.info("{} cut off: {}", session, reason);
        last = true;
        send(Outgoing.of(refused));
    }

    // Working

    private void work(Answer.Work work) {
        state = State.WORKING;
        watched.watch(0);
        incoming.count();
        var errand = new Errand(
                work,
                answer -> resume(answer, () -> answer(answer)),
                refused -> resume(new Answer.End(), () -> refuse(refused)),
                () -> resume(new Answer.End(), this::close));
        loop.work(session.who().uid(),
                new Workers.Task(() -> loop.post(errand.run(session)), () -> loop.post(errand::drop)));
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

    // Streaming: working, for whoever pushes the next reply

    private void await(ReplyStream replies) {
        stream = replies;
        state = State.WORKING;
        watched.watch(0);
        incoming.count();
        replies.whenReady(() -> loop.post(() -> guarded(this::sendPushed)));
    }

    private void sendPushed() {
        if (state != State.CLOSED) {
            send(Outgoing.of(stream.poll()));
        }
    }

    // Writing

    private void send(Outgoing reply) {
        if (!last && exchange.isSilent()) {
            reply.abandon();
            finish();
            return;
        }
        out = reply;
        if (!last && !exchange.allows(reply.bytes())) {
            reply.abandon();
            out = Outgoing.of(new Refused.ExpectedMore());
        }
        state = State.WRITING;
        write();
    }

    private void write() {
        switch (out.send(loop.courier(), socket)) {
            case SENT -> written();
            case WAITS -> {
                watched.watch(Poller.WRITABLE);
                loop.startDeadline(this);
                if (!incoming.count()) {
                    LOG.info("{} cut off: it reads nothing and asks for more", session);
                    close();
                }
            }
            case TOO_MANY_IN_FLIGHT -> {
                LOG.warn("{} gets no descriptors: too many are in flight, to clients that do not read",
                        session);
                out.abandon();
                last |= stream != null;
                send(Outgoing.of(new Refused.OutOfFileDescriptors(Courier.MOST_DESCRIPTORS)));
            }
            case PEER_GONE -> close();
        }
    }

    private void written() {
        loop.stopDeadline(this);
        Answer.Work next = out.next();
        out = null;
        if (last) {
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
            exchange.end(loop.closer(), session.who().uid());
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
        boolean working = state == State.WORKING && stream == null;
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
        int uid = session.who().uid();
        incoming.end().forEach(fd -> loop.closer().close(uid, fd));
        // Messages that nobody read may hold descriptors, which the kernel closes with the socket.
        if (drained) {
            socket.close();
        } else {
            loop.closer().close(uid, socket);
        }
    }
}
