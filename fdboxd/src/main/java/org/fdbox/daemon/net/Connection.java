package org.fdbox.daemon.net;

import java.util.function.Consumer;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Poller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client: its socket, what is said on it, its beginning and its end. Everything here happens on the thread of its loop.
final class Connection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final EventLoop loop;
    private final Session session;
    private final ClientSocket socket;
    private final Dialogue dialogue;
    /// What is still due from before it was suspended; null when nothing is.
    private Suspended before;

    Connection(EventLoop loop, OwnedFd socket, Session session) {
        this.loop = loop;
        this.session = session;
        this.socket = new ClientSocket(socket, loop, session);
        this.dialogue = new Dialogue(loop, this, this.socket);
    }

    Session session() {
        return session;
    }

    /// Whether it has made a request with replies without end, and makes no other.
    boolean isStreaming() {
        return dialogue.isStreaming();
    }

    /// Begins to be served.
    void start() {
        guarded(() -> socket.watched().watch(Poller.READABLE));
    }

    /// The poller has seen something.
    void ready() {
        guarded(this::advance);
    }

    /// Whatever goes wrong with one client stops here.
    void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | LinkageError | OutOfMemoryError fault) {
            LOG.error("{} a request failed", session, fault);
            close();
        }
    }

    private void advance() {
        switch (dialogue.state()) {
            case READING -> {
                // Who got a reply often has the next request under way by now, which spares the poller; once, since others wait too.
                for (int turn = 0; turn < 2 && dialogue.state() == State.READING; turn++) {
                    read();
                }
            }
            case WORKING -> {
                // Only the end of the peer is watched for, and it would be told again and again.
                socket.watched().stop();
                dialogue.isLast();
            }
            case HELD, AWAITING, CLOSED -> close();
            case WRITING -> {
                dialogue.write();
                serve();
            }
        }
    }

    private void read() {
        if (!socket.mayRead()) {
            loop.deadlines().stop(this);
            socket.hold(dialogue.hold());
            return;
        }
        try {
            if (!socket.receive()) {
                close();
            }
        } catch (FrameReader.TooLong tooLong) {
            dialogue.refuseAndEnd(new Refused.InvalidParameter("message"), tooLong.getMessage());
        }
        serve();
    }

    /// Serves what has arrived, for as long as nothing has to be waited for.
    void serve() {
        while (dialogue.state() == State.READING) {
            Frame arrived = socket.next();
            if (arrived == null) {
                noteUnfinished();
                return;
            }
            dialogue.begin(arrived);
        }
    }

    private void noteUnfinished() {
        if (!socket.count()) {
            long most = loop.intake().mostUnfinished();
            dialogue.refuseAndEnd(new Refused.QuotaExceeded("unfinishedBytes", most),
                    "too much of it is waiting");
        } else if (socket.isUnfinished()) {
            loop.deadlines().start(this);
        } else {
            loop.deadlines().stop(this);
        }
    }

    // While everybody is suspended

    /// Reads and begins nothing more.
    void rest() {
        guarded(() -> {
            socket.rest();
            dialogue.workAhead();
        });
    }

    /// Whether it stands still and can be suspended.
    boolean rests() {
        return dialogue.rests();
    }

    /// It did not come to rest: what it waits for goes on.
    void rouse() {
        guarded(() -> {
            socket.rouse();
            dialogue.rouse();
        });
    }

    /// Takes it apart where it rests. Its client notices nothing.
    Suspended suspend() {
        var suspension = new Suspension(session, socket);
        dialogue.suspend(suspension, before);
        loop.closed(this);
        return suspension.end();
    }

    /// Goes on with one that was taken apart, here or in another process. What was due leaves first.
    void resume(Suspended suspended) {
        before = suspended;
        guarded(() -> {
            dialogue.resume(suspended);
            socket.resume(suspended.client());
            goOn();
        });
        guarded(this::serve);
    }

    /// Whether not all has left that was due before it was suspended.
    boolean isDue() {
        return before != null;
    }

    /// The next of what is due has left, or is the first.
    void goOn() {
        Outgoing due = before.due().poll();
        if (due != null) {
            dialogue.send(due);
            return;
        }
        Suspended all = before;
        before = null;
        if (all.ends()) {
            close();
        } else if (all.stream() != null) {
            dialogue.await(all.stream());
        } else if (all.errand() != null) {
            dialogue.await(all.errand());
        } else {
            dialogue.finish();
        }
    }

    // The end

    /// It is somebody else's from now on.
    void hand(Consumer<Answer.Line> to) {
        dialogue.leave();
        loop.closed(this);
        Answer.Line line = socket.hand();
        try {
            to.accept(line);
        } catch (RuntimeException | Error failed) {
            line.close();
            throw failed;
        }
    }

    void cutOff() {
        LOG.info("{} cut off: it left a message or a reply unfinished", session);
        close();
    }

    void close() {
        if (dialogue.state() == State.CLOSED) {
            return;
        }
        socket.watched().stop();
        loop.closed(this);
        dialogue.end();
        if (before != null) {
            before.abandon();
        }
        loop.dispatcher().ended(session);
        socket.close();
    }
}
