package org.fdbox.daemon.net;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Poller;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The listening sockets, as one loop watches them. They have the negative tokens, below the poller's own.
final class Acceptor {

    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final int ACCEPT_AT_ONCE = 64;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Poller poller;
    private final List<OwnedFd> listeners;
    private final Consumer<OwnedFd> accepted;
    private boolean watching;
    /// When accepting goes on after it had to pause; 0 while it does not pause.
    private long pausedUntil;

    /// @param listeners stay the caller's
    /// @param accepted gets each new connection
    Acceptor(Poller poller, List<OwnedFd> listeners, Consumer<OwnedFd> accepted) {
        this.poller = poller;
        this.listeners = listeners;
        this.accepted = accepted;
        start();
    }

    /// Accepts whoever comes.
    void start() {
        if (watching) {
            return;
        }
        watching = true;
        for (int i = 0; i < listeners.size(); i++) {
            poller.add(listeners.get(i), -2L - i, Poller.READABLE | Poller.EXCLUSIVE);
        }
    }

    /// Accepts nobody, until it is started again.
    void stop() {
        pausedUntil = 0;
        if (watching) {
            watching = false;
            listeners.forEach(poller::remove);
        }
    }

    /// The poller has seen something.
    ///
    /// @param token negative
    void accept(long token) {
        OwnedFd listener = listeners.get((int) (-2 - token));
        try {
            for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
                Optional<OwnedFd> socket = UnixSocket.accept(listener);
                if (socket.isEmpty()) {
                    return;
                }
                accepted.accept(socket.get());
            }
        } catch (SystemCallException full) {
            pause(full);
        }
    }

    private void pause(SystemCallException full) {
        if (watching) {
            LOG.warn("accepting pauses: {}", full.getMessage());
            stop();
            pausedUntil = System.nanoTime() + PAUSE_NANOS;
        }
    }

    /// Nanoseconds until it has to be called again; Long.MAX_VALUE if it does not.
    long left() {
        return pausedUntil == 0 ? Long.MAX_VALUE : pausedUntil - System.nanoTime();
    }

    /// Goes on, if it paused for long enough.
    void goOn() {
        if (pausedUntil != 0 && System.nanoTime() - pausedUntil >= 0) {
            pausedUntil = 0;
            start();
        }
    }
}
