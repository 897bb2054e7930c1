package org.fdbox.test.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Requests against s6-fdholderd and against the kernel alone: a ping-pong over a Unix stream that passes one descriptor each way.
///
/// `mvn verify -DskipUnitTests -Dit.test=RequestBenchmark`; `-Dfdbox.bench.rounds=N` for other than 7 rounds.
@Timeout(3600)
class RequestBenchmark {

    private static final int WARM_UP = 60_000;
    private static final int PAIRS = 20_000;
    private static final int FRESH = 4_000;
    private static final int CLIENTS = 4;
    private static final int SETTLED_SECONDS = 8;
    private static final double SHRUNK_MB = 0.2;
    private static final int MILLISECONDS = 2_000;

    @TempDir
    Path folder;

    private Path inside(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }

    @Test
    void againstPeers() throws Exception {
        CClient client = CClient.compiled(folder);
        var medians = new Medians();
        for (Pin pin : Pin.values()) {
            measureAll(client, pin, medians);
        }
        var table =
                new Table("requests against peers", "what", "where", "floor", "s6", "fdboxd", "fdboxd/floor",
                        "fdboxd/s6");
        for (Pin pin : Pin.values()) {
            row(table, medians, "put + take, p50, µs", pin, "p50", 1e3);
            row(table, medians, "put + take, p99, µs", pin, "p99", 1e3);
            row(table, medians, "a connection for each call, p50, µs", pin, "fresh", 1e3);
            row(table, medians, CLIENTS + " clients, pairs/s", pin, "rate", 1);
        }
        table.publish();
    }

    private void measureAll(CClient client, Pin pin, Medians medians) throws Exception {
        var contenders = new ArrayList<>(List.of(Contender.floor(pin, folder)));
        try {
            Contender fdboxd = Contender.fdboxd(pin, inside("fdboxd-" + pin));
            contenders.add(fdboxd);
            Contender.s6(pin, inside("s6-" + pin)).ifPresent(contenders::add);
            client.run(pin, "pairs", "fdboxd", fdboxd.socket(), WARM_UP);
            client.run(pin, "fresh", "fdboxd", fdboxd.socket(), FRESH);
            for (int i = 0; i < Medians.ROUNDS; i++) {
                for (Contender contender : contenders) {
                    measure(client, contender, medians);
                }
            }
        } finally {
            contenders.forEach(Contender::close);
        }
    }

    private static void measure(CClient client, Contender contender, Medians medians) throws Exception {
        String name = contender.name();
        String key = contender.pin() + name;
        Map<String, Long> pairs = client.run(contender.pin(), "pairs", name, contender.socket(), PAIRS);
        medians.add(key + "p50", pairs.get("p50"));
        medians.add(key + "p99", pairs.get("p99"));
        if (!name.equals("floor")) {
            Map<String, Long> fresh = client.run(contender.pin(), "fresh", name, contender.socket(), FRESH);
            medians.add(key + "fresh", fresh.get("p50"));
        }
        Map<String, Long> crowd =
                client.run(contender.pin(), "crowd", name, contender.socket(), CLIENTS, MILLISECONDS);
        medians.add(key + "rate", crowd.get("rate"));
    }

    private static void row(Table table, Medians medians, String what, Pin pin, String figure, double unit) {
        double floor = medians.of(pin + "floor" + figure) / unit;
        double s6 = medians.of(pin + "s6" + figure) / unit;
        double ours = medians.of(pin + "fdboxd" + figure) / unit;
        table.row(what, pin == Pin.ONE_CORE ? "one core" : "anywhere", floor, s6, ours, ours / floor,
                ours / s6);
    }

    /// Many at once, and from Java, each against what the client in C does one by one.
    @Test
    void ways() throws Exception {
        CClient client = CClient.compiled(folder);
        var medians = new Medians();
        try (Contender daemon = Contender.fdboxd(Pin.ONE_CORE, inside("fdboxd"))) {
            client.run(Pin.ONE_CORE, "pairs", "fdboxd", daemon.socket(), WARM_UP);
            client.run(Pin.ONE_CORE, "leased", daemon.socket(), WARM_UP);
            client.run(Pin.ONE_CORE, "many", daemon.socket(), 1_000);
            for (int i = 0; i < Medians.ROUNDS; i++) {
                medians.add("pair",
                        client.run(Pin.ONE_CORE, "pairs", "fdboxd", daemon.socket(), PAIRS).get("p50"));
                medians.add("many", client.run(Pin.ONE_CORE, "many", daemon.socket(), 400).get("p50"));
                medians.add("leased", client.run(Pin.ONE_CORE, "leased", daemon.socket(), PAIRS).get("p50"));
                medians.add("java", CClient.figures(java(daemon)).get("p50"));
            }
        }
        var table = new Table("ways to ask", "what", "µs", "against", "ratio");
        table.row("put + take", medians.of("pair") / 1e3, "itself", 1.0);
        table.row("PutMany + GetMany of 250, a descriptor", medians.of("many") / 1e3, "put + take",
                medians.of("many") / medians.of("pair"));
        table.row("put, lease, confirm", medians.of("leased") / 1e3, "put + take",
                medians.of("leased") / medians.of("pair"));
        table.row("the same by the Java client", medians.of("java") / 1e3, "put, lease, confirm",
                medians.of("java") / medians.of("leased"));
        table.publish();
    }

    private static List<String> java(Contender daemon) {
        var command = new ArrayList<>(daemon.pin().wrapper());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"),
                JavaClient.class.getName(), daemon.socket().toString(),
                Integer.toString(WARM_UP + PAIRS), Integer.toString(WARM_UP)));
        return command;
    }

    /// What is held costs no more for being held; and what it takes of memory.
    @Test
    void held() throws Exception {
        CClient client = CClient.compiled(folder);
        var table = new Table("held", "held", "kind", "put + take p50, µs", "of that at 0", "List of 100, µs",
                "List of all, µs", "resident MB");
        for (String kind : List.of("memfd", "eventfd")) {
            try (Contender daemon = Contender.fdboxd(Pin.ONE_CORE, inside(kind))) {
                Path socket = daemon.socket();
                client.run(Pin.ONE_CORE, "hold", "fdboxd", socket, "small", kind, 100);
                double idle = settledResident(daemon);
                client.run(Pin.ONE_CORE, "pairs", "fdboxd", socket, WARM_UP);
                client.run(Pin.ONE_CORE, "list", socket, "small", 2_000);
                double[] none = lists(client, daemon, "small", idle);
                heldRow(table, 100, kind, none, none[0]);
                client.run(Pin.ONE_CORE, "hold", "fdboxd", socket, "large", kind, 10_000);
                heldRow(table, 10_000, kind, lists(client, daemon, "large", settledResident(daemon)),
                        none[0]);
                client.run(Pin.ONE_CORE, "hold", "fdboxd", socket, "rest", kind, 8_900);
                heldRow(table, 19_000, kind, lists(client, daemon, "large", settledResident(daemon)),
                        none[0]);
            }
        }
        table.publish();
    }

    private static void heldRow(Table table, int count, String kind, double[] found, double none) {
        table.row(count, kind, found[0], found[0] / none, found[1], found[2], found[3]);
    }

    private static double[] lists(CClient client, Contender daemon, String large, double resident)
            throws Exception {
        var medians = new Medians();
        for (int i = 0; i < Medians.ROUNDS; i++) {
            medians.add("pair",
                    client.run(Pin.ONE_CORE, "pairs", "fdboxd", daemon.socket(), PAIRS).get("p50"));
            medians.add("small", client.run(Pin.ONE_CORE, "list", daemon.socket(), "small", 200).get("p50"));
        }
        double all = client.run(Pin.ONE_CORE, "list", daemon.socket(), large, 8).get("p50");
        return new double[]{medians.of("pair") / 1e3, medians.of("small") / 1e3, all / 1e3, resident};
    }

    /// What it settles at: what compiling took is free some seconds later (the JVM's pool of chunks), and goes back to the system
    /// then, which the launcher's options have it do every 5 s. Nothing tells when, so it is looked at until it no longer shrinks.
    private static double settledResident(Contender daemon) throws Exception {
        double least = Double.MAX_VALUE;
        for (int unchanged = 0; unchanged < SETTLED_SECONDS; unchanged++) {
            jcmd(daemon, "System.trim_native_heap");
            double now = daemon.resident() / 1024.0;
            if (now < least - SHRUNK_MB) {
                least = now;
                unchanged = 0;
            }
            TimeUnit.SECONDS.sleep(1);
        }
        return least;
    }

    private static Shell.Result jcmd(Contender daemon, String... command) throws Exception {
        var line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                Long.toString(daemon.daemon().pid())));
        line.addAll(List.of(command));
        return Shell.run(line);
    }

    @Test
    void pauses() throws Exception {
        CClient client = CClient.compiled(folder);
        Path log = folder.resolve("gc.log");
        try (Contender daemon = Contender.fdboxd(Pin.ANYWHERE, inside("fdboxd"))) {
            client.run(Pin.ANYWHERE, "hold", "fdboxd", daemon.socket(), "held", "memfd", 10_000);
            Shell.Result asked = jcmd(daemon, "VM.log", "output=" + log, "what=gc");
            Eventually.holds("collections are logged: " + asked, () -> Files.exists(log));
            client.run(Pin.ANYWHERE, "crowd", "fdboxd", daemon.socket(), CLIENTS, 20_000);
        }
        Pattern pause = Pattern.compile("Pause .* ([0-9.]+)ms");
        double[] sorted;
        try (Stream<String> lines = Files.lines(log)) {
            sorted = lines.map(pause::matcher).filter(Matcher::find)
                    .mapToDouble(found -> Double.parseDouble(found.group(1))).sorted().toArray();
        }
        var table = new Table("pauses of the collector under full load", "pauses", "median ms", "longest ms");
        table.row(sorted.length, sorted[sorted.length / 2], sorted[sorted.length - 1]);
        table.publish();
    }
}
