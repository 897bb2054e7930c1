package org.fdbox.test.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.UnixAddress;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;

/// A peer of the comparison, running: fdboxd as its launcher starts it, s6-fdholderd, or nothing at all, for the kernel alone.
///
/// @param name as the client in C knows it
/// @param pin where it runs, and its client too
/// @param daemon null for the kernel alone
record Contender(String name, Pin pin, Path socket, Process daemon) implements AutoCloseable {

    private static final String MOST = "20000";

    static Contender floor(Pin pin, Path folder) {
        return new Contender("floor", pin, folder, null);
    }

    /// With an empty box "bench".
    static Contender fdboxd(Pin pin, Path folder, String... options) throws Exception {
        Path socket = folder.resolve("fdbox");
        var command = new ArrayList<>(pin.wrapper());
        command.addAll(List.of(Programs.repository().resolve("bin/fdboxd").toString(), "--socket",
                socket.toString(), "--state-dir", folder.resolve("state").toString()));
        command.addAll(List.of(options));
        Contender started = start("fdboxd", pin, socket, command);
        try (FdBoxClient client = FdBoxClient.connect(new UnixAddress(socket.toString()))) {
            client.createBox("bench");
        }
        return started;
    }

    /// Another process, which takes over from this one.
    ///
    /// @return closed by the caller; this one has ended
    Contender succeed() throws Exception {
        Process successor = new ProcessBuilder(Programs.repository().resolve("bin/fdboxd").toString(),
                "--socket",
                socket.toString(), "--state-dir", socket.resolveSibling("state").toString(), "--take-over")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var next = new Contender(name, pin, socket, successor);
        if (!daemon.waitFor(1, TimeUnit.MINUTES)) {
            next.close();
            throw new AssertionError("it was not taken over");
        }
        return next;
    }

    /// Empty where it is not installed.
    static Optional<Contender> s6(Pin pin, Path folder) throws Exception {
        if (!Shell.has("s6-fdholder-daemon")) {
            System.out.println("without s6-fdholderd, which is not installed (Debian: s6)");
            return Optional.empty();
        }
        Path rules = folder.resolve("rules/uid/self");
        Files.createDirectories(rules.resolve("env"));
        Files.createFile(rules.resolve("allow"));
        Files.writeString(rules.resolve("env/S6_FDHOLDER_STORE_REGEX"), "^.*\n");
        Files.writeString(rules.resolve("env/S6_FDHOLDER_RETRIEVE_REGEX"), "^.*\n");
        Path socket = folder.resolve("s6");
        var command = new ArrayList<>(pin.wrapper());
        command.addAll(List.of("s6-fdholder-daemon", "-1", "-n", MOST, "-i",
                folder.resolve("rules").toString(), socket.toString()));
        return Optional.of(start("s6", pin, socket, command));
    }

    private static Contender start(String name, Pin pin, Path socket, List<String> command) throws Exception {
        Process daemon = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(socket.resolveSibling(name + ".log").toFile())
                .start();
        var started = new Contender(name, pin, socket, daemon);
        try {
            Eventually.holds(name + " serves", () -> Files.exists(socket));
            return started;
        } catch (Exception | Error failed) {
            started.close();
            throw failed;
        }
    }

    /// Resident memory in kB.
    long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + daemon.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        if (daemon != null) {
            daemon.destroyForcibly();
            daemon.onExit().join();
        }
    }
}
