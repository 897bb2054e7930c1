package org.fdbox.test.succession;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.UnixAddress;
import org.fdbox.test.support.TestFds;

/// Clients that put and take all the time, each in a box of its own, and look whether they get back what they put. Whatever fails is
/// noted, and so is the longest time that one call took.
final class Load implements AutoCloseable {

    private final UnixAddress address;
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();
    private volatile boolean stopping;

    /// @param steady clients that stay connected; one more makes a connection for each call
    Load(UnixAddress address, int steady) throws Exception {
        this.address = address;
        try (FdBoxClient client = FdBoxClient.connect(address)) {
            for (int i = 0; i <= steady; i++) {
                client.createBox("load" + i);
            }
        }
        for (int i = 0; i < steady; i++) {
            String box = "load" + i;
            start(box, () -> staying(box));
        }
        start("load" + steady, () -> coming("load" + steady));
    }

    private interface Job {
        void run() throws Refused, IOException;
    }

    private void start(String name, Job job) {
        threads.add(Thread.ofPlatform().name(name).start(() -> {
            try {
                job.run();
            } catch (Refused | IOException | RuntimeException | Error failure) {
                failures.add(failure);
            }
        }));
    }

    private void staying(String box) throws Refused, IOException {
        try (FdBoxClient client = FdBoxClient.connect(address)) {
            for (long round = 0; !stopping; round++) {
                String text = box + ":" + round;
                put(client, box, text);
                take(client, box, text);
            }
        }
    }

    private void coming(String box) throws Refused, IOException {
        for (long round = 0; !stopping; round++) {
            String text = box + ":" + round;
            try (FdBoxClient client = FdBoxClient.connect(address)) {
                put(client, box, text);
            }
            try (FdBoxClient client = FdBoxClient.connect(address)) {
                take(client, box, text);
            }
        }
    }

    private void put(FdBoxClient client, String box, String text) throws Refused, IOException {
        try (OwnedFd memfd = TestFds.memfd(text)) {
            long start = System.nanoTime();
            client.put(box, "x", memfd);
            note(start);
        }
    }

    private void take(FdBoxClient client, String box, String text) throws Refused, IOException {
        long start = System.nanoTime();
        try (OwnedFd taken = client.take(box, "x")) {
            note(start);
            assertThat(TestFds.text(taken)).isEqualTo(text);
        }
    }

    private void note(long start) {
        calls.incrementAndGet();
        longest.accumulateAndGet(System.nanoTime() - start, Math::max);
    }

    long calls() {
        return calls.get();
    }

    /// The longest that one call took, in nanoseconds.
    long longest() {
        return longest.get();
    }

    /// Lets everybody come to the end of a round, of which none may have failed.
    void end() {
        close();
        assertThat(failures).isEmpty();
    }

    @Override
    public void close() {
        stopping = true;
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException hurry) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
