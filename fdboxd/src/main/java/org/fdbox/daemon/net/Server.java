package org.fdbox.daemon.net;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fdbox.daemon.dispatch.Dispatcher;
import org.fdbox.sys.OwnedFd;

/// The loops and their threads.
public final class Server implements AutoCloseable {

    private final List<EventLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Workers workers = new Workers("worker", 64, 8);

    /// @param listeners stay the caller's until this is closed; non-blocking
    /// @param stall how long a message or a reply may stay unfinished
    /// @param loopCount threads that serve
    public Server(
            Dispatcher dispatcher, Closer closer, Intake intake, List<OwnedFd> listeners, Duration stall,
            int loopCount) {
        var handles = new HandleSockets(intake, dispatcher.own());
        var services = new EventLoop.Services(
                dispatcher, workers, closer, intake, handles, stall.toNanos());
        for (int i = 0; i < loopCount; i++) {
            loops.add(new EventLoop(services, List.copyOf(listeners)));
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

    /// Stops listening and serving. What is being worked on comes to its end, within bounds. Those to whom replies without end are
    /// sent stay until this is closed.
    public void quieten() {
        var quiet = new CountDownLatch(loops.size());
        loops.forEach(loop -> loop.post(() -> {
            loop.quieten();
            quiet.countDown();
        }));
        try {
            quiet.await();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
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
