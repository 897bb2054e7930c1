package org.fdbox.daemon.succession;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Poller;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixSocket;

/// A conversation between two daemons, over a socket that nobody else reads. Each wait has its time limit. For one thread at a time.
public final class Link implements AutoCloseable {

    /// For a short message, which any socket has room for.
    static final Duration SOON = Duration.ofSeconds(10);

    /// Nobody tells when a socket has been read.
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private static final int MOST_BYTES = 64 << 20;

    private final OwnedFd socket;
    private final Courier courier = Courier.nonBlocking();
    private final FrameReader reader = new FrameReader(MOST_BYTES);
    private final Poller poller;
    private int watched;

    /// @param socket connected; belongs to this from now on
    public Link(OwnedFd socket) {
        try (OwnedFd own = socket.take()) {
            OpenFile.setStatusFlags(own, OpenFlags.NONBLOCK);
            poller = new Poller();
            poller.add(own, 0, 0);
            this.socket = own.take();
        }
    }

    /// @param message with its NUL
    /// @param descriptors stay the caller's
    /// @param patience how long the other may take to make room
    void send(byte[] message, List<OwnedFd> descriptors, Duration patience) throws Broken {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            int sent = 0;
            while (sent < message.length) {
                int count = courier.send(socket, message, sent, sent == 0 ? descriptors : List.of());
                sent += count;
                if (count == 0) {
                    await(Poller.WRITABLE, deadline);
                }
            }
        } catch (SystemCallException gone) {
            throw new Broken("the other daemon is gone: " + gone.getMessage(), gone);
        }
    }

    /// @return the next message, closed by the caller
    Frame receive(Duration patience) throws Broken {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            Frame frame = reader.next();
            while (frame == null) {
                switch (courier.receive(socket, reader)) {
                    case DATA -> frame = reader.next();
                    case NOTHING -> await(Poller.READABLE, deadline);
                    case END -> throw new Broken("the other daemon has ended the connection");
                }
            }
            return whole(frame);
        } catch (SystemCallException | FrameReader.TooLong bad) {
            throw new Broken("what the other daemon sends cannot be received: " + bad.getMessage(), bad);
        }
    }

    private static Frame whole(Frame frame) throws Broken {
        if (frame.truncated()) {
            frame.close();
            throw new Broken(
                    "descriptors were lost on the way: this process may not have as many open (RLIMIT_NOFILE)");
        }
        return frame;
    }

    /// Waits until the other has read everything.
    void awaitRead(Duration patience) throws Broken {
        long deadline = System.nanoTime() + patience.toNanos();
        while (UnixSocket.unreadMemory(socket) > 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new Broken("the other daemon did not read in time");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /// Ends the connection for both, and wakes whoever waits in [#awaitEnd]. For any thread.
    void end() {
        try {
            UnixSocket.shutdown(socket);
        } catch (IllegalStateException closed) {
            // It has ended.
        }
    }

    /// Waits until the other has ended the connection, or is gone. While others send.
    void awaitEnd() {
        var ended = new boolean[1];
        try (var ends = new Poller()) {
            ends.add(socket, 0, Poller.PEER_CLOSED);
            while (!ended[0]) {
                ends.await(-1, (_, _) -> ended[0] = true);
            }
            ends.remove(socket);
        }
    }

    private void await(int event, long deadline) throws Broken {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new Broken("the other daemon did not go on in time");
        }
        if (watched != event) {
            poller.modify(socket, 0, event);
            watched = event;
        }
        poller.await((int) Math.min(60_000, TimeUnit.NANOSECONDS.toMillis(left) + 1), (_, _) -> {
            // Tried again by the caller.
        });
    }

    /// Once or more.
    @Override
    public void close() {
        if (!socket.isOpen()) {
            return;
        }
        poller.close();
        reader.close();
        courier.close();
        socket.close();
    }
}
