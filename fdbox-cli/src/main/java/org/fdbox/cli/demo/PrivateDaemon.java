package org.fdbox.cli.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.NoDaemonException;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.UnixAddress;

/// A daemon that only this process uses, and its folder. Both are gone when this is closed, or when this process is
/// interrupted.
final class PrivateDaemon implements AutoCloseable {

    private static final long STEP_MILLIS = 5;
    private static final long DEADLINE_SECONDS = 120;
    /// What a service manager would tell another service than this one.
    private static final Set<String> NOT_PASSED_ON =
            Set.of("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID",
                    "LISTEN_FDNAMES");

    private final Path program;
    private final Path folder;
    private final Thread atExit = new Thread(this::cleanUp, "demo-cleanup");
    private Process process;
    private boolean closed;

    private PrivateDaemon(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    /// Makes the folder; nothing runs yet.
    ///
    /// @param program the daemon's launcher
    static PrivateDaemon in(Path program) throws IOException {
        var daemon = new PrivateDaemon(program, makeFolder());
        Runtime.getRuntime().addShutdownHook(daemon.atExit);
        return daemon;
    }

    /// Not createTempDirectory: its name would be longer than the line it is shown in has room for.
    private static Path makeFolder() throws IOException {
        Path path =
                Path.of(System.getProperty("java.io.tmpdir"), "fdbox-demo-" + ProcessHandle.current().pid());
        return Files.createDirectory(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    Path folder() {
        return folder;
    }

    long pid() {
        return process.pid();
    }

    /// Starts it and waits until it answers.
    ///
    /// @return a connection to it, closed by the caller
    /// @throws Unavailable if it ends or does not answer in time
    FdBoxClient start() throws IOException, Refused, Unavailable {
        launch();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (System.nanoTime() < deadline) {
            try {
                FdBoxClient client = FdBoxClient.connect(new UnixAddress(socket().toString()));
                client.info();
                return client;
            } catch (NoDaemonException notYet) {
                if (hasEnded()) {
                    throw new Unavailable("the daemon did not start", Files.readAllLines(log()));
                }
            }
        }
        throw new Unavailable(
                "the daemon did not answer within " + DEADLINE_SECONDS + " s", Files.readAllLines(log()));
    }

    /// There is no daemon to show anything with.
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient List<String> log;

        Unavailable(String message, List<String> log) {
            super(message + (log.isEmpty() ? " and said nothing" : "; what it said stands above"));
            this.log = log;
        }

        /// What it said.
        List<String> log() {
            return log;
        }
    }

    private synchronized void launch() throws IOException {
        if (closed) {
            throw new IOException("the demonstration was interrupted");
        }
        // No configuration of this machine's own daemon may matter here.
        Path config = Files.writeString(folder.resolve("config.json"), "{}");
        var builder = new ProcessBuilder(List.of(
                program.toString(),
                "--socket", socket().toString(),
                "--state-dir", folder.resolve("state").toString(),
                "--config", config.toString()));
        builder.environment().keySet().removeAll(NOT_PASSED_ON);
        builder.redirectInput(new File("/dev/null"));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        process = builder.start();
    }

    private Path socket() {
        return folder.resolve("socket");
    }

    private Path log() {
        return folder.resolve("fdboxd.log");
    }

    private boolean hasEnded() throws IOException {
        try {
            return process.waitFor(STEP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    /// Ends it as a power cut would: it can do nothing about it (SIGKILL).
    void kill() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    /// Whether the process is ending by a signal, so that what goes wrong now has a reason.
    synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void cleanUp() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (process != null) {
                kill();
            }
            remove(folder);
        } catch (IOException failed) {
            throw new IllegalStateException(folder + " could not be removed", failed);
        }
    }

    private static void remove(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (var entries = Files.newDirectoryStream(path)) {
                for (Path entry : entries) {
                    remove(entry);
                }
            }
        }
        Files.deleteIfExists(path);
    }

    @Override
    public void close() {
        if (!isClosed()) {
            cleanUp();
            Runtime.getRuntime().removeShutdownHook(atExit);
        }
    }
}
