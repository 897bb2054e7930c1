package org.fdbox.daemon.net;

import org.fdbox.daemon.dispatch.Session;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
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
    private boolean drained;

    /// @param socket belongs to this from now on
    ClientSocket(OwnedFd socket, EventLoop loop, Session session) {
        this.socket = socket;
        this.loop = loop;
        this.session = session;
        this.watched = new Watched(loop.poller(), socket, session.id());
        this.incoming = new Incoming(Codec.MOST_BYTES, loop.intake(), session.uid());
    }

    /// What it is watched for.
    Watched watched() {
        return watched;
    }

    /// Takes in what the kernel has.
    ///
    /// @return whether the client may send more
    /// @throws FrameReader.TooLong if the stream is lost
    boolean receive() throws FrameReader.TooLong {
        drained = incoming.receive(loop.courier(), socket) == Courier.Arrival.END;
        return !drained;
    }

    /// The next whole message, or null. The caller closes what it brought.
    Frame next() {
        return incoming.next();
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
    void pause() {
        watched.watch(0);
        count();
    }

    /// Sends as much of a reply as it takes; where its descriptors cannot go, an error in its place.
    Outgoing.Progress send(Outgoing reply) {
        Outgoing.Progress progress = reply.send(loop.courier(), socket);
        if (progress != Outgoing.Progress.TOO_MANY_IN_FLIGHT) {
            return progress;
        }
        LOG.warn("{} gets no descriptors: too many are in flight, to clients that do not read", session);
        reply.replace(new Refused.OutOfFileDescriptors(Courier.MOST_DESCRIPTORS));
        return reply.send(loop.courier(), socket);
    }

    /// Closes it, when it is watched no longer, and the descriptors that nobody wanted.
    void close() {
        int uid = session.uid();
        incoming.end().forEach(fd -> loop.closer().close(uid, fd));
        // Messages that nobody read may hold descriptors, which the kernel closes with the socket.
        if (drained) {
            socket.close();
        } else {
            loop.closer().close(uid, socket);
        }
    }
}
