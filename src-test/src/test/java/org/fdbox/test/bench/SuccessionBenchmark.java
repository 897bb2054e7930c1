package org.fdbox.test.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.UnixAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How long a client waits for its answer at most while another process takes over 10,000 entries, against the time in which C passes as many
/// descriptors through one Unix socket.
///
/// `mvn verify -DskipUnitTests -Dit.test=SuccessionBenchmark`
@Timeout(1800)
class SuccessionBenchmark {

    private static final int HELD = 10_000;
    private static final int AT_ONCE = 250;

    @TempDir
    Path folder;

    @Test
    void theLongestStall() throws Exception {
        CClient c = CClient.compiled(folder);
        var medians = new Medians();
        Contender serving = Contender.fdboxd(Pin.ANYWHERE, Files.createDirectory(folder.resolve("served")));
        try (FdBoxClient client = FdBoxClient.connect(new UnixAddress(serving.socket().toString()))) {
            fill(client);
            for (int i = 0; i < Medians.ROUNDS; i++) {
                medians.add("C", c.run(Pin.ANYWHERE, "pass", HELD).get("all") / 1e6);
                var stall = new Stall(client);
                Contender successor = serving.succeed();
                serving.close();
                serving = successor;
                medians.add("stall", stall.longest() / 1e6);
            }
        } finally {
            serving.close();
        }
        double passed = medians.of("C");
        double goal = 2 * passed + 20;
        var table = new Table("a take-over of 10000 entries", "what", "ms", "of the goal");
        table.row("C passes as many descriptors", passed, passed / goal);
        table.row("the longest a client waits", medians.of("stall"), medians.of("stall") / goal);
        table.row("goal: twice that, and 20 ms", goal, 1.0);
        table.publish();
    }

    private static void fill(FdBoxClient client) throws Exception {
        client.createBox("b");
        client.createBox("stall");
        try (OwnedFd memfd = Memfd.create("held")) {
            for (int i = 0; i < HELD; i += AT_ONCE) {
                var files = new LinkedHashMap<String, OwnedFd>();
                for (int j = 0; j < AT_ONCE; j++) {
                    files.put("x" + (i + j), memfd);
                }
                client.putMany("b", files, false);
            }
        }
    }

    /// Puts one after the other, of which the longest counts.
    private static final class Stall {
        private final Thread thread;
        private volatile boolean stopping;
        private volatile Throwable failure;
        private volatile long longest;

        Stall(FdBoxClient client) {
            thread = Thread.ofPlatform().start(() -> {
                try (OwnedFd memfd = Memfd.create("stall")) {
                    while (!stopping) {
                        long start = System.nanoTime();
                        client.put("stall", "x", memfd, true);
                        longest = Math.max(longest, System.nanoTime() - start);
                    }
                } catch (Refused | IOException | RuntimeException | Error failed) {
                    failure = failed;
                }
            });
        }

        long longest() throws InterruptedException {
            stopping = true;
            thread.join();
            assertThat(failure).isNull();
            return longest;
        }
    }
}
