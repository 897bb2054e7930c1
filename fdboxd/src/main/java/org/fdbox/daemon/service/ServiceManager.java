package org.fdbox.daemon.service;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Errno;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.Poller;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// A conversation with whoever started this process as a service (sd_notify(3)): a socket that messages are sent to, and never come
/// from. For one thread.
public final class ServiceManager implements AutoCloseable {

    private static final String VARIABLE = "NOTIFY_SOCKET";
    private static final long TOKEN = 1;
    private static final long PATIENCE_MILLIS = 30_000;

    private final UnixAddress address;
    /// First, since it may fail, and nobody would give the other one's memory back.
    private final Poller poller = new Poller();
    private final Courier courier = Courier.nonBlocking();
    /// Null until something is said, and after a failure.
    private OwnedFd socket;

    /// @throws SystemCallException EMFILE if no number is free
    public ServiceManager(UnixAddress address) {
        this.address = address;
    }

    /// Where it listens; empty if there is none.
    ///
    /// @throws IllegalArgumentException if that cannot be an address
    public static Optional<UnixAddress> address(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(VARIABLE)).filter(text -> !text.isEmpty())
                .map(UnixAddress::new);
    }

    /// Sends one message. Waits while the service manager's queue is full, within bounds.
    ///
    /// @param descriptors stay the caller's
    /// @throws SystemCallException if nobody is there, EAGAIN if it reads nothing
    public void tell(String message, OwnedFd... descriptors) {
        try {
            if (socket == null) {
                socket = UnixSocket.connect(address, SocketFacts.DATAGRAM);
            }
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            while (courier.send(socket, bytes, 0, List.of(descriptors)) == 0) {
                if (!happens(socket, Poller.WRITABLE, PATIENCE_MILLIS)) {
                    throw new SystemCallException("sendmsg (nothing is read there)", address.text(),
                            Errno.EAGAIN);
                }
            }
        } catch (SystemCallException unheard) {
            hangUp();
            throw unheard;
        }
    }

    /// Has a descriptor stored, if there is room, and if its open file is not stored yet.
    ///
    /// @param name ASCII, without ':'
    /// @param fd stays the caller's
    void store(String name, OwnedFd fd) {
        tell("FDSTORE=1\nFDPOLL=0\nFDNAME=" + name, fd);
    }

    /// Has it let go of all that has a name.
    void remove(String name) {
        tell("FDSTOREREMOVE=1\nFDNAME=" + name);
    }

    /// Waits until everything said before has been heard: the service manager closes what comes with this message.
    ///
    /// @return whether it was, within the time
    boolean barrier(long millis) {
        try (Pipe.Ends pipe = Pipe.create()) {
            tell("BARRIER=1", pipe.write());
            pipe.write().close();
            return isDropped(pipe.read(), millis);
        }
    }

    /// Whether nobody has the other end of a pipe open any more.
    ///
    /// @param millis how long to wait for that
    boolean isDropped(OwnedFd readEnd, long millis) {
        return happens(readEnd, Poller.HANG_UP, millis);
    }

    private boolean happens(OwnedFd fd, int wanted, long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        var happened = new AtomicBoolean();
        poller.add(fd, TOKEN, wanted);
        try {
            long left = millis;
            do {
                poller.await((int) left,
                        (_, events) -> happened.compareAndSet(false, (events & wanted) != 0));
                left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            } while (!happened.get() && left > 0);
            return happened.get();
        } finally {
            poller.remove(fd);
        }
    }

    private void hangUp() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    @Override
    public void close() {
        hangUp();
        courier.close();
        poller.close();
    }
}
