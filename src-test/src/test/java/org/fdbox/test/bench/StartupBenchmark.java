package org.fdbox.test.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.Poller;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How long both programs take to start, by their launchers, against an empty main on the same Java with its default settings.
///
/// `mvn verify -DskipUnitTests -Dit.test=StartupBenchmark`
@Timeout(1800)
class StartupBenchmark {

    private static final int ROUNDS = 3 * Medians.ROUNDS;

    @TempDir
    Path folder;

    /// What the two are measured against.
    static final class Empty {
        private Empty() {}

        public static void main(String... words) {
            // That is all.
        }
    }

    @Test
    void againstAnEmptyMain() throws Exception {
        var medians = new Medians();
        try (Contender daemon =
                Contender.fdboxd(Pin.ANYWHERE, Files.createDirectory(folder.resolve("served")))) {
            List<String> ls = List.of(launcher("fdbox"), "--socket", daemon.socket().toString(), "ls");
            for (int i = 0; i <= ROUNDS; i++) {
                double empty = milliseconds(empty());
                double listed = milliseconds(ls);
                double ready = ready();
                // The first round may make the caches.
                if (i > 0) {
                    medians.add("empty", empty);
                    medians.add("ls", listed);
                    medians.add("ready", ready);
                }
            }
        }
        var table = new Table("start against an empty main", "what", "ms", "of an empty main");
        for (var row : List.of(List.of("an empty main", "empty"), List.of("fdbox ls", "ls"),
                List.of("fdboxd to READY=1", "ready"))) {
            double median = medians.of(row.getLast());
            table.row(row.getFirst(), median, median / medians.of("empty"));
        }
        table.publish();
    }

    private static String launcher(String name) {
        return Programs.repository().resolve("bin").resolve(name).toString();
    }

    private static List<String> empty() {
        return List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-cp",
                Programs.repository().resolve("src-test/target/test-classes").toString(),
                Empty.class.getName());
    }

    private static double milliseconds(List<String> command) throws Exception {
        long start = System.nanoTime();
        int status = quiet(command).start().waitFor();
        double took = (System.nanoTime() - start) / 1e6;
        assertThat(status).isZero();
        return took;
    }

    private double ready() throws Exception {
        Path notified = folder.resolve("notify");
        Files.deleteIfExists(notified);
        try (OwnedFd socket = UnixSocket.bind(new UnixAddress(notified.toString()), SocketFacts.DATAGRAM)) {
            ProcessBuilder builder = quiet(List.of(launcher("fdboxd"), "--socket",
                    folder.resolve("ready").toString(), "--state-dir", folder.resolve("state").toString()));
            builder.environment().put("NOTIFY_SOCKET", notified.toString());
            long start = System.nanoTime();
            Process process = builder.start();
            awaitReady(socket);
            double took = (System.nanoTime() - start) / 1e6;
            process.destroyForcibly();
            process.onExit().join();
            return took;
        }
    }

    private static void awaitReady(OwnedFd socket) {
        String heard = "";
        try (var poller = new Poller()) {
            poller.add(socket, 0, Poller.READABLE);
            while (!heard.contains("READY=1")) {
                poller.await(-1, (_, _) -> {});
                heard = new String(Pipe.read(socket, Pipe.waiting(socket)), StandardCharsets.UTF_8);
            }
        }
    }

    private static ProcessBuilder quiet(List<String> command) {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
    }
}
