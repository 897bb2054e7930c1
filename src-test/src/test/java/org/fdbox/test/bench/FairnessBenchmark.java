package org.fdbox.test.bench;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.sys.ThisProcess;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What one user feels of another one who puts up to the limit over two connections, 64 requests at a time, drops all and begins
/// again; and what of it is only that two more processes want a core.
///
/// `mvn verify -DskipUnitTests -Dit.test=FairnessBenchmark`; `-Dfdbox.bench.rounds=N` for other than 7 rounds.
@Timeout(3600)
class FairnessBenchmark {

    private static final String GROUP = "64000";
    private static final String USER = "64001";
    private static final int WARM_UP = 60_000;
    private static final int PAIRS = 20_000;
    private static final String CONFIG = """
            {"socketGroup": "64000", "policy": [{"groups": ["64000"], "limits": {"entries": 5000}}]}
            """;

    @TempDir
    Path folder;

    private static final String COMPUTES = """
            import select, sys
            print(flush=True)
            while not select.select([sys.stdin], [], [], 0)[0]:
                sum(range(10000))
            """;

    private static List<String> flood(Path socket, int number) throws Exception {
        Path script = Path.of(FairnessBenchmark.class.getResource("/python/attack.py").toURI());
        return List.of(Programs.python(), script.toString(), USER, GROUP, socket.toString(), "flood",
                "flood " + number);
    }

    private interface Measuring {
        void run() throws Exception;
    }

    /// Runs programs that write a line when they have begun, and end with their standard input.
    private static void during(List<List<String>> commands, Measuring measuring) throws Exception {
        var running = new ArrayList<Process>();
        try {
            for (List<String> command : commands) {
                Process process =
                        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
                running.add(process);
                process.inputReader().readLine();
            }
            measuring.run();
        } finally {
            for (Process process : running) {
                process.getOutputStream().close();
                process.onExit().join();
            }
        }
    }

    @Test
    void whileAnotherFloods() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can be several users");
        assumeTrue(Shell.has("python3"), "python3 is not installed");
        CClient client = CClient.compiled(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path config = Files.writeString(folder.resolve("config"), CONFIG);
        var medians = new Medians();
        try (Contender daemon = Contender.fdboxd(Pin.ANYWHERE, folder, "--config", config.toString())) {
            Path socket = daemon.socket();
            client.run(Pin.ANYWHERE, "pairs", "fdboxd", socket, WARM_UP);
            List<List<String>> floods = List.of(flood(socket, 1), flood(socket, 2));
            List<String> computes = List.of(Programs.python(), "-c", COMPUTES);
            for (int i = 0; i < Medians.ROUNDS; i++) {
                measure(client, socket, "alone", medians);
                during(List.of(computes, computes), () -> measure(client, socket, "computing", medians));
                during(floods, () -> measure(client, socket, "flooded", medians));
            }
        }
        var table = new Table("fairness", "put + take, µs", "alone", "while another computes",
                "while another floods", "floods/alone", "floods/computes");
        for (String figure : List.of("p50", "p99")) {
            double alone = medians.of("alone" + figure);
            double computing = medians.of("computing" + figure);
            double flooded = medians.of("flooded" + figure);
            table.row(figure, alone / 1e3, computing / 1e3, flooded / 1e3, flooded / alone,
                    flooded / computing);
        }
        table.publish();
    }

    private static void measure(CClient client, Path socket, String when, Medians medians) throws Exception {
        var figures = client.run(Pin.ANYWHERE, "pairs", "fdboxd", socket, PAIRS);
        medians.add(when + "p50", figures.get("p50"));
        medians.add(when + "p99", figures.get("p99"));
    }
}
