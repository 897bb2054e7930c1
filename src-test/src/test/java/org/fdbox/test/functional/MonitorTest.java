package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.fdbox.client.ConnectionLostException;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.Lease;
import org.fdbox.client.Watch;
import org.fdbox.protocol.EntryInfo.State;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Watchers in every language see what they may, in time to act upon it.
class MonitorTest {

    private static final List<String> LIFE = List.of("0 ready ", "1 created b", "2 put b/x", "3 put b/y",
            "4 leased b/x", "5 confirmed b/x", "6 leased b/y", "7 returned b/y", "8 dropped b/y",
            "9 access b",
            "10 sealed b", "11 unsealed b", "12 deleted b");

    private static final int MANY = 5000;

    @TempDir
    private Path folder;

    /// A program that watches and writes what it sees to a file.
    private record Watcher(Process process, Path file) implements AutoCloseable {
        static Watcher start(Path folder, List<String> command) throws Exception {
            Path file = Files.createTempFile(folder, "watcher", ".out");
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file.toFile())
                            .start();
            var watcher = new Watcher(process, file);
            Eventually.holds("it watches", () -> {
                assertThat(process.isAlive()).as(watcher.seen().toString()).isTrue();
                return watcher.seen().stream().anyMatch(line -> line.contains("ready"));
            });
            return watcher;
        }

        List<String> seen() throws Exception {
            return Files.readAllLines(file);
        }

        int awaitEnd() throws Exception {
            assertThat(process.waitFor(50, TimeUnit.SECONDS)).as("it ends: " + seen()).isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /// In a folder that others may enter.
    private List<String> python(DaemonProcess daemon, String last) throws Exception {
        assumeTrue(Shell.has("python3"), "python3 is not installed");
        Path script = folder.resolve("client.py");
        if (!Files.exists(script)) {
            Files.copy(Path.of(MonitorTest.class.getResource("/python/fdbox_client.py").toURI()), script);
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));
        }
        return List.of(Programs.python(), script.toString(), daemon.socket().toString(), "monitor", last);
    }

    private static List<String> cli(DaemonProcess daemon, String... arguments) {
        var command = Programs.cli("--socket", daemon.socket().toString(), "monitor");
        command.addAll(List.of(arguments));
        return command;
    }

    private static void live(DaemonProcess daemon) throws Exception {
        try (FdBoxClient client = daemon.client(); OwnedFd memory = TestFds.memfd("m")) {
            client.createBox("b");
            client.put("b", "x", memory);
            client.put("b", "y", memory);
            client.take("b", "x").close();
            try (FdBoxClient dying = daemon.client(); Lease lease = dying.lease("b", List.of("y"))) {
                assertThat(lease.descriptors()).hasSize(1);
            }
            Eventually.holds("it is back", () -> isHeld(client));
            client.drop("b", "y");
            client.setAccess("b", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(0750));
            client.seal("b");
            client.unseal("b");
            client.deleteBox("b");
        }
    }

    private static boolean isHeld(FdBoxClient client) throws Exception {
        return client.list("b").entries().getFirst().state() == State.HELD;
    }

    private static String line(Reply.Happened event) {
        return event.sequence() + " " + event.event() + " " + event.box().orElse("")
                + event.name().map(name -> "/" + name).orElse("");
    }

    @Test
    void aWholeLifeIsSeenInPythonAndInJavaAndInAShell() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder)) {
            try (Watcher python = Watcher.start(folder, python(daemon, "deleted"));
                    Watcher shell = Watcher.start(folder, cli(daemon, "--json"));
                    FdBoxClient client = daemon.client();
                    Watch watch = client.monitor(Optional.empty())) {
                live(daemon);
                var seen = new ArrayList<String>();
                while (seen.size() < LIFE.size()) {
                    seen.add(line(watch.next()));
                }
                assertThat(seen).isEqualTo(LIFE);
                assertThat(python.awaitEnd()).isZero();
                assertThat(python.seen()).startsWith(LIFE.toArray(String[]::new)).endsWith("seen");
                Eventually.holds("the shell has seen it", () -> shell.seen().size() == LIFE.size());
                assertThat(shell.seen().get(2))
                        .isEqualTo("{\"event\":\"put\",\"box\":\"b\",\"name\":\"x\",\"uid\":"
                                + Files.getAttribute(folder, "unix:uid") + ",\"sequence\":2}");
            }
            daemon.assertNothingLeaked();
        }
    }

    @Test
    void theCommandEndsWellWhenInterruptedAndNotWhenTheDaemonEnds() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder);
                Watcher ended = Watcher.start(folder, cli(daemon));
                Watcher told = Watcher.start(folder, cli(daemon))) {
            ended.process().destroy();
            assertThat(ended.awaitEnd()).isZero();
            assertThat(daemon.terminate()).isZero();
            assertThat(told.awaitEnd()).isEqualTo(4);
            assertThat(told.seen()).hasSize(5)
                    .anySatisfy(line -> assertThat(line).contains("  handoverPlanned  -         at "))
                    .anySatisfy(line -> assertThat(line).contains("  freezing "))
                    .anySatisfy(line -> assertThat(line).contains("  committed "));
        }
    }

    /// More happens than a socket and a queue have room for, and others do not wait for it.
    @Test
    void whoReadsLateIsToldHowManyItMissed() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder);
                FdBoxClient client = daemon.client();
                FdBoxClient watching = daemon.client();
                OwnedFd memory = TestFds.memfd("x");
                Watch late = watching.monitor(Optional.empty())) {
            client.createBox("b");
            for (int i = 0; i < MANY; i++) {
                client.put("b", "x", memory, true);
            }
            long told = 0;
            long missed = 0;
            for (long sequence = 0; told + missed < MANY + 2; sequence++) {
                Reply.Happened event = late.next();
                assertThat(event.sequence()).isEqualTo(sequence);
                missed += event.missed().orElse(0);
                told += event.missed().isPresent() ? 0 : 1;
            }
            assertThat(missed).isPositive();
            client.deleteBox("b");
            assertThat(late.next().event()).isEqualTo("deleted");
        }
    }

    @Test
    void aStrangerLearnsNothing() throws Exception {
        assumeTrue(ProcessHandle.current().info().user().orElse("").equals("root"), "not root");
        assumeTrue(Shell.has("setpriv"), "no setpriv");
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            Files.setPosixFilePermissions(daemon.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
            var command = new ArrayList<>(
                    List.of("setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups"));
            command.addAll(python(daemon, "deleted"));
            try (Watcher stranger = Watcher.start(folder, command)) {
                live(daemon);
                client.handover().save(Optional.empty(), _ -> {});
                client.createBox("shown", OptionalInt.of(0704));
                client.deleteBox("shown");
                assertThat(stranger.awaitEnd()).isZero();
                assertThat(stranger.seen()).containsExactly("0 ready ", "1 handoverPlanned ", "2 freezing ",
                        "3 committed ", "4 created shown", "5 deleted shown", "seen");
            }
        }
    }

    private DaemonProcess startWithNotice(int seconds) throws Exception {
        Path config = Files.writeString(folder.resolve("fdboxd.json"),
                "{\"handoverNoticeSeconds\": " + seconds + "}");
        return DaemonProcess.start(folder, "--config", config.toString());
    }

    /// Longer than any test may last: it ends because nobody is waited for any more.
    @Test
    void whoIsWarnedSealsInTime() throws Exception {
        try (DaemonProcess daemon = startWithNotice(300);
                FdBoxClient client = daemon.client();
                OwnedFd memory = TestFds.memfd("survives")) {
            client.createBox("b");
            client.put("b", "ram", memory);
            try (Watch watch = daemon.client().monitor(Optional.empty())) {
                assertThat(watch.next().event()).isEqualTo("ready");
                daemon.signal("TERM");
                Reply.Happened planned = watch.next();
                assertThat(planned.event()).isEqualTo("handoverPlanned");
                assertThat(planned.deadlineUSec().orElseThrow())
                        .isGreaterThan(TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()));
                client.seal("b");
                assertThat(watch.next().event()).isEqualTo("sealed");
            }
            assertThat(daemon.awaitEnd()).isZero();
        }
        try (DaemonProcess daemon = startWithNotice(300); FdBoxClient client = daemon.client()) {
            client.unseal("b");
            try (OwnedFd back = client.take("b", "ram")) {
                assertThat(TestFds.text(back)).isEqualTo("survives");
            }
        }
    }

    @Test
    void whoStaysIsToldToTheEnd() throws Exception {
        try (DaemonProcess daemon = startWithNotice(1);
                FdBoxClient client = daemon.client();
                FdBoxClient watching = daemon.client();
                Watch watch = watching.monitor(Optional.empty())) {
            client.createBox("b");
            client.seal("b");
            daemon.signal("TERM");
            var seen = new ArrayList<String>();
            assertThatThrownBy(() -> {
                while (true) {
                    seen.add(line(watch.next()));
                }
            }).isInstanceOf(ConnectionLostException.class);
            assertThat(seen).containsExactly("0 ready ", "1 created b", "2 sealed b", "3 handoverPlanned ",
                    "4 freezing ", "5 committed ");
            assertThat(daemon.awaitEnd()).isZero();
        }
    }
}
