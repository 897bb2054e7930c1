package org.fdbox.daemon.net;

import java.util.List;
import java.util.Set;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.daemon.succession.SuspendedClient;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The socket of one client: what has arrived on it, what it is watched for, and its end.
final class ClientSocket {

    private static final Logger LOG = LoggerFactory.getLogger(ClientSocket.class);

    private final OwnedFd socket;
    private final EventLoop loop;
    private final Session session;
    private final Watched watched;
    private final Incoming incoming;
    private final Unread.Ledger ledger;
    private boolean drained;
    private boolean resting;
    /// Once it was held: what ends that.
    private Runnable wake = () -> {};

    /// @param socket belongs to this from now on
    ClientSocket(OwnedFd socket, EventLoop loop, Session session) {
        this.socket = socket;
        this.loop = loop;
        this.session = session;
        this.watched = new Watched(loop.poller(), socket, session.id());
        this.incoming = new Incoming(Codec.MOST_BYTES, loop.intake(), session.uid());
        this.ledger = loop.unread().ledger(session.uid(), socket);
    }

    /// What it is watched for.
    Watched watched() {
        return watched;
    }

    /// Whether the user has little enough in its [Backlog] to be read from.
    boolean mayRead() {
        return loop.closer().backlog().hasRoom(session.uid());
    }

    /// Reads nothing until it may; of the peer only its end is told meanwhile.
    ///
    /// @param release what to do then, on the loop's thread, where it may be closed by then
    void hold(Runnable release) {
        wake = () -> loop.post(release);
        watched.watch(0);
        loop.closer().backlog().whenRoom(session.uid(), wake);
    }

    /// Takes in what the kernel has.
    ///
    /// @return whether the client may send more
    /// @throws FrameReader.TooLong if the stream is lost
    boolean receive() throws FrameReader.TooLong {
        drained = incoming.receive(loop.courier(), socket) == Courier.Arrival.END;
        return !drained;
    }

    /// The next whole message, or null if there is none, or none is to be served. The caller closes what it brought.
    Frame next() {
        return resting ? null : incoming.next();
    }

    /// Whether the beginning of a message waits for its end.
    boolean isUnfinished() {
        return incoming.isUnfinished();
    }

    /// Counts what waits now; answers whether that is within the user's bounds.
    boolean count() {
        return incoming.count();
    }

    /// Reads nothing for a while: what waits is counted, and of the peer only its end is told.
    ///
    /// @param serving whose descriptors wait for as long as the work on it takes
    void pause(Exchange serving) {
        watched.watch(0);
        count();
        serving.working(loop.closer().backlog(), session.uid());
    }

    /// Sends as much of a reply as it takes; where its descriptors cannot go, an error in its place.
    Outgoing.Progress send(Outgoing reply) {
        if (!loop.unread().hasRoom(ledger, reply.descriptors())) {
            replace(reply, new Refused.QuotaExceeded("unreadDescriptors", loop.unread().most()));
        }
        Outgoing.Progress progress = reply.send(loop.courier(), socket, ledger);
        if (progress != Outgoing.Progress.TOO_MANY_IN_FLIGHT) {
            return progress;
        }
        replace(reply, new Refused.OutOfFileDescriptors(Courier.MOST_DESCRIPTORS));
        return reply.send(loop.courier(), socket, ledger);
    }

    private void replace(Outgoing reply, Refused refused) {
        LOG.warn("{} gets no descriptors: too many are in flight, to clients that do not read", session);
        reply.replace(refused);
    }

    // While everybody is suspended

    /// Nothing is read, served or watched for from now on; what is due is sent as far as the socket takes it.
    void rest() {
        resting = true;
        watched.suspend();
        loop.closer().backlog().forget(session.uid(), wake);
    }

    boolean isResting() {
        return resting;
    }

    /// It is served after all.
    void rouse() {
        resting = false;
        watched.resume();
    }

    OwnedFd socket() {
        return socket;
    }

    /// Descriptors that the client was sent and may not have read, the oldest first.
    List<SuspendedClient.Unread> unread() {
        return loop.unread().rest(ledger);
    }

    /// Of a handle: the inodes of its two ends.
    Set<Long> inodes() {
        return session.caller() instanceof BoxHandle handle ? loop.dispatcher().own().ends(handle) : Set.of();
    }

    /// Begins where another left off.
    void resume(SuspendedClient before) {
        before.unread().forEach(sent -> ledger.sent(sent.descriptors(), sent.bytes()));
        incoming.resume(before.input(), before.unfinished());
    }

    /// Lets go of it without closing it: nothing of it is watched, or counts, but for the connection itself.
    ///
    /// @return what arrived and was not served; owned by the caller
    FrameReader release() {
        watched.stop();
        loop.closer().backlog().forget(session.uid(), wake);
        loop.unread().end(ledger);
        return incoming.release();
    }

    /// Hands it to somebody who waits on it. Its user has it, and its leases, until that one closes it.
    Answer.Line hand() {
        FrameReader reader = release();
        OpenFile.setStatusFlags(socket, 0);
        return new Answer.Line(socket, reader, () -> {
            loop.dispatcher().ended(session);
            loop.intake().disconnect(session.uid());
        });
    }

    /// Closes it, when it is watched no longer, and the descriptors that nobody wanted. It may stay a while for what the client
    /// has not read ([Farewell]).
    void close() {
        int uid = session.uid();
        loop.closer().backlog().forget(uid, wake);
        incoming.end().forEach(fd -> loop.closer().close(uid, fd, () -> loop.intake().gone(1)));
        loop.farewell().begin(uid, socket, ledger, drained);
    }
}
