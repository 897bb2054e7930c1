package org.fdbox.test.succession;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.client.ConnectionLostException;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.UnixAddress;
import org.fdbox.test.support.TestFds;

/// A client that knows what must be in its box: what it put and was told of, less what it took. What it was in the middle of may be
/// there or not, and what it took last may be there once more.
final class Witness implements AutoCloseable {

    private static final int FEW = 5;

    private final UnixAddress address;
    private final String box;
    private final Map<String, String> sure = new HashMap<>();
    private final Map<String, String> doubtful = new HashMap<>();
    private long count;
    private Thread thread;
    private Throwable failure;
    private volatile boolean stopping;
    private boolean broken;
    // Guarded by this object's lock
    private long calls;

    Witness(Path socket, String box) throws Refused, IOException {
        this.address = new UnixAddress(socket.toString());
        this.box = box;
        try (FdBoxClient client = FdBoxClient.connect(address)) {
            client.createBox(box);
        }
    }

    void start() {
        stopping = false;
        broken = false;
        failure = null;
        thread = Thread.ofPlatform().name(box).start(this::run);
    }

    private void run() {
        try (FdBoxClient client = FdBoxClient.connect(address)) {
            while (!stopping) {
                put(client);
                // What an earlier daemon's death left in doubt, and was there, is one more each time.
                while (sure.size() > FEW) {
                    take(client);
                }
            }
        } catch (ConnectionLostException ended) {
            broken = true;
        } catch (Refused | IOException | RuntimeException | Error failed) {
            failure = failed;
        }
        synchronized (this) {
            notifyAll();
        }
    }

    private void put(FdBoxClient client) throws Refused, IOException {
        String name = "n" + ++count;
        String text = box + "/" + name;
        Map<String, String> before = Map.copyOf(doubtful);
        doubtful.put(name, text);
        try (OwnedFd memfd = TestFds.memfd(text)) {
            client.put(box, name, memfd);
        }
        sure.put(name, text);
        doubtful.remove(name);
        // What was done before this was answered is settled.
        before.keySet().forEach(doubtful::remove);
        counted();
    }

    private void take(FdBoxClient client) throws Refused, IOException {
        String name = sure.keySet().iterator().next();
        String text = sure.remove(name);
        doubtful.put(name, text);
        try (OwnedFd taken = client.take(box, name)) {
            assertThat(TestFds.text(taken)).isEqualTo(text);
        }
        counted();
    }

    private synchronized void counted() {
        calls++;
        notifyAll();
    }

    synchronized long calls() {
        return calls;
    }

    /// Waits until it has made some more calls, or its connection has ended.
    synchronized void awaitMore(int some) throws InterruptedException {
        long enough = calls + some;
        while (calls < enough && thread.isAlive()) {
            wait(1000);
        }
    }

    /// Lets it come to the end of a round.
    ///
    /// @return whether its connection goes on
    boolean stop() throws InterruptedException {
        stopping = true;
        thread.join();
        assertThat(failure).as("a call of %s failed", box).isNull();
        return !broken;
    }

    /// Looks whether all that must be in the box is, with what it was, and nothing that must not.
    void requireEverything() throws Refused, IOException {
        try (FdBoxClient client = FdBoxClient.connect(address)) {
            List<String> there = new ArrayList<>(
                    client.list(box).entries().stream().map(entry -> entry.name()).toList());
            assertThat(there).as("acknowledged puts of %s", box).containsAll(sure.keySet());
            for (Map.Entry<String, OwnedFd> entry : client.copyMany(box, Optional.empty()).entrySet()) {
                String name = entry.getKey();
                try (OwnedFd copy = entry.getValue()) {
                    String text = sure.containsKey(name) ? sure.get(name) : doubtful.get(name);
                    assertThat(text).as("%s/%s is there", box, name).isNotNull();
                    assertThat(TestFds.text(copy)).isEqualTo(text);
                }
                if (!sure.containsKey(name)) {
                    sure.put(name, doubtful.get(name));
                }
            }
            doubtful.clear();
        }
    }

    @Override
    public void close() {
        stopping = true;
    }
}
