package org.fdbox.daemon.net;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.LeaseHolder;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.Dispatcher;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.Courier;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Poller;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that accepts and serves. Everything but [#post], [#work] and [#stop] happens on that thread.
final class EventLoop implements Runnable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final int ACCEPT_AT_ONCE = 64;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final AtomicLong CONNECTIONS = new AtomicLong();

    private final Services services;
    private final List<OwnedFd> listeners;
    private final Poller poller = new Poller();
    private final Courier courier = Courier.nonBlocking();
    private final Map<Long, Connection> connections = new HashMap<>();
    private final Map<Connection, Long> deadlines = new LinkedHashMap<>();
    private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
    /// It is on its way to what was posted: whoever posts more need not wake it again, which takes a system call.
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean stopping;
    private volatile boolean ended;
    /// When accepting goes on after it had to pause; 0 while it does not pause.
    private long pausedUntil;
    private boolean quiet;

    /// What all loops share.
    ///
    /// @param stallNanos how long a message or a reply may stay unfinished
    record Services(Dispatcher dispatcher, Workers workers, Closer closer, Intake intake,
            HandleSockets handles, long stallNanos) {}

    /// @param listeners stay the caller's and stay open until this has ended
    EventLoop(Services services, List<OwnedFd> listeners) {
        this.services = services;
        this.listeners = listeners;
        watchListeners();
    }

    /// Listeners have the negative tokens, below the poller's own.
    private void watchListeners() {
        if (quiet) {
            return;
        }
        for (int i = 0; i < listeners.size(); i++) {
            poller.add(listeners.get(i), -2L - i, Poller.READABLE | Poller.EXCLUSIVE);
        }
    }

    @Override
    public void run() {
        while (!stopping) {
            poller.await(timeoutMillis(), this::ready);
            woken.set(false);
            runPosted();
            passDeadlines();
        }
        // What was pushed before still goes out, where it can.
        runPosted();
        List.copyOf(connections.values()).forEach(Connection::close);
    }

    /// After the thread has ended, and the workers have: lets what they posted end too, and frees everything.
    @Override
    public void close() {
        runPosted();
        ended = true;
        poller.close();
        courier.close();
    }

    private void ready(long token, int events) {
        if (token < 0) {
            accept(listeners.get((int) (-2 - token)));
            return;
        }
        Connection connection = connections.get(token);
        if (connection != null) {
            connection.ready();
        }
    }

    private void runPosted() {
        for (Runnable task = posted.poll(); task != null; task = posted.poll()) {
            task.run();
        }
    }

    // Accepting

    private void accept(OwnedFd listener) {
        try {
            for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
                Optional<OwnedFd> socket = UnixSocket.accept(listener);
                if (socket.isEmpty()) {
                    return;
                }
                begin(socket.get());
            }
        } catch (SystemCallException full) {
            pause(full);
        }
    }

    private void pause(SystemCallException full) {
        if (pausedUntil == 0) {
            LOG.warn("accepting pauses: {}", full.getMessage());
            listeners.forEach(poller::remove);
            pausedUntil = System.nanoTime() + PAUSE_NANOS;
        }
    }

    private void begin(OwnedFd accepted) {
        try (OwnedFd socket = accepted) {
            PeerCredentials who = PeerCredentials.of(socket);
            if (services.intake.connect(who.uid())) {
                serve(socket, Caller.of(who));
            } else {
                LOG.info("uid={} refused a connection: too many", Integer.toUnsignedString(who.uid()));
            }
        }
    }

    private Connection serve(OwnedFd socket, Caller caller) {
        var session = new Session(CONNECTIONS.incrementAndGet(), caller, new LeaseHolder());
        var connection = new Connection(this, socket.take(), session);
        connections.put(session.id(), connection);
        connection.start();
        return connection;
    }

    /// Begins to serve a handle's connection, which ends with its box. Nobody's credentials are read on it.
    ///
    /// @param handle belongs to the connection from now on, and is closed if there will be none
    /// @throws Refused if there is no room
    Answer.Final open(BoxHandle handle) throws Refused {
        HandleSockets.Ends ends;
        try {
            ends = services.handles.open(handle);
        } catch (Refused | RuntimeException full) {
            handle.close();
            throw full;
        }
        Connection connection = serve(ends.daemons(), handle);
        handle.whenBoxEnds(() -> post(connection::close));
        return new Answer.Final(new Reply.Opened(0), Optional.of(ends.clients()));
    }

    // Deadlines: all are equally long, so the oldest is the first

    private int timeoutMillis() {
        long first = Long.MAX_VALUE;
        if (!deadlines.isEmpty()) {
            first = deadlines.values().iterator().next() - System.nanoTime();
        }
        if (pausedUntil != 0) {
            first = Math.min(first, pausedUntil - System.nanoTime());
        }
        return first == Long.MAX_VALUE ? -1 : Math.clamp(TimeUnit.NANOSECONDS.toMillis(first) + 1, 0, 60_000);
    }

    private void passDeadlines() {
        if (pausedUntil != 0 && System.nanoTime() - pausedUntil >= 0) {
            pausedUntil = 0;
            watchListeners();
        }
        while (!deadlines.isEmpty()) {
            Iterator<Map.Entry<Connection, Long>> oldest = deadlines.entrySet().iterator();
            Map.Entry<Connection, Long> first = oldest.next();
            if (first.getValue() - System.nanoTime() > 0) {
                return;
            }
            oldest.remove();
            first.getKey().cutOff();
        }
    }

    /// Runs from its first call to [#stopDeadline], whatever trickles in meanwhile.
    void startDeadline(Connection connection) {
        deadlines.putIfAbsent(connection, System.nanoTime() + services.stallNanos);
    }

    void stopDeadline(Connection connection) {
        if (!deadlines.isEmpty()) {
            deadlines.remove(connection);
        }
    }

    // For connections

    Poller poller() {
        return poller;
    }

    void closed(Connection connection) {
        connections.remove(connection.session().id());
        deadlines.remove(connection);
    }

    Courier courier() {
        return courier;
    }

    Dispatcher dispatcher() {
        return services.dispatcher;
    }

    Closer closer() {
        return services.closer;
    }

    Intake intake() {
        return services.intake;
    }

    void work(int uid, Workers.Task task) {
        services.workers.execute(uid, task);
    }

    /// Has a task run on this loop's thread. For any thread.
    void post(Runnable task) {
        posted.add(task);
        if (!ended && woken.compareAndSet(false, true)) {
            poller.wake();
        }
    }

    /// Accepts nobody and serves nobody from now on, but for those whose last request has replies without end.
    void quieten() {
        if (pausedUntil == 0) {
            listeners.forEach(poller::remove);
        }
        quiet = true;
        List.copyOf(connections.values()).stream().filter(connection -> !connection.isStreaming())
                .forEach(Connection::close);
    }

    /// Ends the loop and every connection of it. For any thread.
    void stop() {
        stopping = true;
        poller.wake();
    }
}
