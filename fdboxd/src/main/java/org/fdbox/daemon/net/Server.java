package org.fdbox.daemon.net;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.dispatch.Dispatcher;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.daemon.succession.Clients;
import org.fdbox.daemon.succession.SuspendedClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.ThisProcess;

/// The loops and their threads.
public final class Server implements Clients, AutoCloseable {

    private final List<EventLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Workers workers = new Workers("worker", 64, 8);
    private final Dispatcher dispatcher;

    /// @param listeners stay the caller's until this is closed; non-blocking
    /// @param stall how long a message or a reply may stay unfinished
    /// @param loopCount threads that serve
    public Server(
            Dispatcher dispatcher, Closer closer, Intake intake, List<OwnedFd> listeners, Duration stall,
            int loopCount) {
        this.dispatcher = dispatcher;
        var handles = new HandleSockets(intake, dispatcher.own());
        var services = new EventLoop.Services(dispatcher, workers, closer, intake,
                new Unread(ThisProcess.descriptorLimit()), handles, stall.toNanos());
        for (int i = 0; i < loopCount; i++) {
            loops.add(new EventLoop(services, List.copyOf(listeners)));
        }
    }

    /// Takes over connections that another process suspended. They count, their calls without end are open, and they are served from
    /// [#start] on; if this is closed before, nothing has happened to them.
    ///
    /// @param clients their sockets non-blocking, their handles open in the store; belong to this from now on
    /// @param upgraded what whoever called Upgrade is told
    public void adopt(List<SuspendedClient> clients, Reply upgraded) {
        int loop = 0;
        for (SuspendedClient client : clients) {
            if (client.caller() instanceof BoxHandle handle) {
                dispatcher.own().add(handle, client.inodes());
            }
            Session session = EventLoop.session(client.caller(), client.leases());
            loops.get(loop++ % loops.size()).adopt(Suspended.adopted(client, session, dispatcher, upgraded));
        }
    }

    public void start() {
        for (int i = 0; i < loops.size(); i++) {
            threads.add(Thread.ofPlatform().name("loop-" + i).start(loops.get(i)));
        }
    }

    /// Whether every loop comes round within the time.
    public boolean isAlive(Duration within) throws InterruptedException {
        var round = new CountDownLatch(loops.size());
        loops.forEach(loop -> loop.post(round::countDown));
        return round.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Not while it is quiet, or closed. What has been suspended by then is closed without a word to its client.
    @Override
    public List<SuspendedClient> suspend(Duration most) throws Refused.HandoverFailed {
        var resting = new CountDownLatch(loops.size());
        loops.forEach(loop -> loop.post(() -> loop.rest(resting::countDown)));
        boolean all = awaited(resting, most);
        var clients = new ConcurrentLinkedQueue<SuspendedClient>();
        var restless = new ConcurrentLinkedQueue<Session>();
        onEach(loop -> {
            clients.addAll(loop.suspend());
            restless.addAll(loop.restless());
        });
        if (all) {
            return List.copyOf(clients);
        }
        resume();
        throw new Refused.HandoverFailed(Optional.empty(), Optional.empty(),
                tooLong(most, List.copyOf(restless)));
    }

    /// @param restless empty if all was over a moment later
    private static String tooLong(Duration most, List<Session> restless) {
        return "a request" + (restless.isEmpty() ? "" : " of " + restless.getFirst())
                + " is still being worked on after " + most.toMillis() + " ms"
                + (restless.size() > 1 ? ", and " + (restless.size() - 1) + " others" : "")
                + "; try again later";
    }

    @Override
    public void resume() {
        onEach(EventLoop::resume);
    }

    private static boolean awaited(CountDownLatch latch, Duration most) {
        try {
            return latch.await(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Has something done by every loop, on its thread, and waits for that.
    private void onEach(Consumer<EventLoop> step) {
        var done = new CountDownLatch(loops.size());
        loops.forEach(loop -> loop.post(() -> {
            try {
                step.accept(loop);
            } finally {
                done.countDown();
            }
        }));
        boolean interrupted = false;
        while (true) {
            try {
                done.await();
                break;
            } catch (InterruptedException hurry) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Stops listening and serving. What is being worked on comes to its end, within bounds. Those to whom replies without end are
    /// sent stay until this is closed.
    public void quieten() {
        onEach(EventLoop::quieten);
        workers.close();
    }

    /// Ends every connection and stops listening, at once if it was quiet already.
    @Override
    public void close() {
        loops.forEach(EventLoop::stop);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        }
        workers.close();
        loops.forEach(EventLoop::close);
    }
}
