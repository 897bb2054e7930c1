package org.fdbox.daemon.net;

import java.util.ArrayList;
import java.util.HashMap;
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
import org.fdbox.daemon.succession.SuspendedClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.Courier;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Poller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that accepts and serves. Everything but [#post], [#work] and [#stop] happens on that thread.
final class EventLoop implements Runnable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final AtomicLong CONNECTIONS = new AtomicLong();

    private final Services services;
    private final Poller poller = new Poller();
    private final Courier courier = Courier.nonBlocking();
    private final Map<Long, Connection> connections = new HashMap<>();
    private final Acceptor acceptor;
    private final Deadlines deadlines;
    private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
    /// It is on its way to what was posted: whoever posts more need not wake it again, which takes a system call.
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean stopping;
    private volatile boolean ended;
    private final Farewell farewell;
    private final Rejection rejection;
    private long farewellLooks = System.nanoTime();
    private boolean quiet;
    /// Told once nothing is being worked on; null if nobody waits for that.
    private Runnable atRest;
    /// Served from the next [#resume] on.
    private final List<Suspended> suspended = new ArrayList<>();

    /// What all loops share.
    ///
    /// @param stallNanos how long a message or a reply may stay unfinished
    record Services(Dispatcher dispatcher, Workers workers, Closer closer, Intake intake, Unread unread,
            HandleSockets handles, long stallNanos) {}

    /// @param listeners stay the caller's and stay open until this has ended
    EventLoop(Services services, List<OwnedFd> listeners) {
        this.services = services;
        this.acceptor = new Acceptor(poller, listeners, this::begin);
        this.deadlines = new Deadlines(services.stallNanos);
        this.farewell = new Farewell(services.unread, services.closer, services.intake);
        this.rejection = new Rejection(courier, services.closer, services.intake);
    }

    @Override
    public void run() {
        resume();
        while (!stopping) {
            poller.await(timeoutMillis(), this::ready);
            woken.set(false);
            runPosted();
            passDeadlines();
            noteRest();
        }
        // What was pushed before still goes out, where it can.
        runPosted();
        List.copyOf(connections.values()).forEach(Connection::close);
        farewell.endAll();
    }

    /// After the thread has ended, and the workers have: lets what they posted end too, and frees everything.
    @Override
    public void close() {
        runPosted();
        suspended.forEach(Suspended::close);
        ended = true;
        poller.close();
        courier.close();
    }

    private void ready(long token, int events) {
        if (token < 0) {
            acceptor.accept(token);
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

    private void begin(OwnedFd accepted) {
        try (OwnedFd socket = accepted) {
            PeerCredentials who = PeerCredentials.of(socket);
            Optional<Refused> refused = services.intake.connect(who);
            if (refused.isEmpty()) {
                serve(socket.take(), session(Caller.of(who), new LeaseHolder())).start();
            } else {
                rejection.end(socket, who.uid(), refused.get());
            }
        }
    }

    /// A new one, here or, with what it has on lease, of another process before.
    static Session session(Caller caller, LeaseHolder leases) {
        return new Session(CONNECTIONS.incrementAndGet(), caller, leases);
    }

    private Connection serve(OwnedFd socket, Session session) {
        var connection = new Connection(this, socket, session);
        connections.put(session.id(), connection);
        if (session.caller() instanceof BoxHandle handle) {
            handle.whenBoxEnds(() -> post(connection::close));
        }
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
        serve(ends.daemons(), session(handle, new LeaseHolder())).start();
        return new Answer.Final(new Reply.Opened(0), Optional.of(ends.clients()));
    }

    private int timeoutMillis() {
        long first = Math.min(deadlines.left(), acceptor.left());
        if (farewell.isWaiting()) {
            first = Math.min(first, farewellLooks - System.nanoTime());
        }
        return first == Long.MAX_VALUE ? -1 : Math.clamp(TimeUnit.NANOSECONDS.toMillis(first) + 1, 0, 60_000);
    }

    private void passDeadlines() {
        acceptor.goOn();
        if (farewell.isWaiting() && System.nanoTime() - farewellLooks >= 0) {
            farewell.look();
            farewellLooks = System.nanoTime() + PAUSE_NANOS;
        }
        deadlines.pass();
    }

    // Suspending everybody

    /// Accepts nobody and reads nothing more, and lets what is being worked on come to its end.
    ///
    /// @param told once that is so
    void rest(Runnable told) {
        acceptor.stop();
        deadlines.suspend();
        List.copyOf(connections.values()).forEach(Connection::rest);
        atRest = told;
    }

    private void noteRest() {
        if (atRest != null && connections.values().stream().allMatch(Connection::rests)) {
            atRest.run();
            atRest = null;
        }
    }

    /// Takes apart all connections that have come to rest, and answers all that are in parts.
    List<SuspendedClient> suspend() {
        atRest = null;
        for (Connection connection : List.copyOf(connections.values())) {
            if (connection.rests()) {
                connection.guarded(() -> {
                    suspended.add(connection.suspend());
                    services.intake.disconnect(connection.session().uid());
                });
            }
        }
        return suspended.stream().map(Suspended::client).toList();
    }

    /// Who did not come to rest: what their requests wait for is not over.
    List<Session> restless() {
        return connections.values().stream().map(Connection::session).toList();
    }

    /// Has one served from the next [#resume] on. Only before the thread has started.
    void adopt(Suspended client) {
        suspended.add(client);
    }

    /// Serves everybody, those who were taken apart too.
    void resume() {
        // Who has come to rest since is one of them.
        suspend();
        List<Suspended> resumed = List.copyOf(suspended);
        suspended.clear();
        deadlines.resume();
        List.copyOf(connections.values()).forEach(Connection::rouse);
        for (Suspended client : resumed) {
            services.intake.reconnect(client.session().uid());
            serve(client.client().socket(), client.session()).resume(client);
        }
        if (!quiet) {
            acceptor.start();
        }
    }

    // For connections

    Deadlines deadlines() {
        return deadlines;
    }

    Poller poller() {
        return poller;
    }

    void closed(Connection connection) {
        connections.remove(connection.session().id());
        deadlines.stop(connection);
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

    Unread unread() {
        return services.unread;
    }

    Farewell farewell() {
        return farewell;
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
        acceptor.stop();
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
