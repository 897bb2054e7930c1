package org.fdbox.daemon.handover;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadReader;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Restoration;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// A handler at work for one entry, on another thread than who waits for it, and perhaps for longer: once nobody waits any more, what it
/// makes is closed, and of the recovery it gets nothing more.
final class Attempt implements Runnable {

    private final PreservingHandler handler;
    private final Properties properties;
    private final Restoration restoration;

    // Guarded by this object's lock. The recovery is used under it too, by calls that do not block, since it belongs to one thread at a time.
    private boolean abandoned;
    private boolean ended;
    private int copying;
    /// From when on it is waited for: a beginning, or the end of a copy.
    private long since;
    private OwnedFd made;
    private Throwable failure;

    Attempt(PreservingHandler handler, Properties properties, Restoration restoration) {
        this.handler = handler;
        this.properties = properties;
        this.restoration = restoration;
    }

    @Override
    public void run() {
        OwnedFd fd = null;
        Throwable why = null;
        try {
            fd = handler.restore(properties, new Guarded());
        } catch (HandlerRefusal | RuntimeException | Error failed) {
            why = failed;
        }
        if (!isWanted(fd, why) && fd != null) {
            fd.close();
        }
    }

    private synchronized boolean isWanted(OwnedFd fd, Throwable why) {
        made = fd;
        failure = why;
        ended = true;
        notifyAll();
        return !abandoned;
    }

    /// Waits for the handler. Copying contents takes as long as it takes.
    ///
    /// @return owned by the caller
    /// @throws TimeoutException if it does not answer in time; it is abandoned then
    synchronized OwnedFd await(Duration most) throws HandlerRefusal, TimeoutException {
        since = System.nanoTime();
        while (!ended) {
            if (copying > 0) {
                since = System.nanoTime();
            }
            long left = since + most.toNanos() - System.nanoTime();
            if (left <= 0) {
                abandoned = true;
                throw new TimeoutException();
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
                // It may have answered in the same moment, and what it made would be nobody's.
                if (!ended) {
                    abandoned = true;
                    throw new HandlerRefusal("this daemon is about to end");
                }
            }
        }
        return switch (failure) {
            case null -> made;
            case HandlerRefusal refused -> throw refused;
            case RuntimeException fault -> throw fault;
            case Error fault -> throw fault;
            default -> throw new IllegalStateException(failure);
        };
    }

    private synchronized void copying(int more) {
        copying += more;
        since = System.nanoTime();
        notifyAll();
    }

    private void requireWanted() {
        if (abandoned) {
            throw new IllegalStateException("nobody waits for it any more");
        }
    }

    /// The recovery, as long as somebody waits.
    private final class Guarded implements Restoration {
        @Override
        public PeerCredentials putter() {
            return restoration.putter();
        }

        @Override
        public PayloadReader payload() throws HandlerRefusal {
            synchronized (Attempt.this) {
                requireWanted();
                return new Copying(restoration.payload());
            }
        }

        @Override
        public Optional<OwnedFd> sameInode() {
            synchronized (Attempt.this) {
                requireWanted();
                return restoration.sameInode();
            }
        }

        @Override
        public void madeInode(OwnedFd fd) {
            synchronized (Attempt.this) {
                requireWanted();
                restoration.madeInode(fd);
            }
        }

        @Override
        public void leave(String key, OwnedFd fd) {
            synchronized (Attempt.this) {
                if (!abandoned) {
                    restoration.leave(key, fd);
                    return;
                }
            }
            fd.close();
        }

        @Override
        public Optional<OwnedFd> claim(String key) {
            synchronized (Attempt.this) {
                requireWanted();
                return restoration.claim(key);
            }
        }
    }

    private final class Copying implements PayloadReader {
        private final PayloadReader reader;

        Copying(PayloadReader reader) {
            this.reader = reader;
        }

        @Override
        public long size() {
            return reader.size();
        }

        @Override
        public void into(OwnedFd writable) throws HandlerRefusal {
            copying(1);
            try {
                reader.into(writable);
            } finally {
                copying(-1);
            }
        }

        @Override
        public byte[] bytes(int most) throws HandlerRefusal {
            copying(1);
            try {
                return reader.bytes(most);
            } finally {
                copying(-1);
            }
        }
    }
}
