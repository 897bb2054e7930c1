package org.fdbox.test.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdbox.client.ConnectionLostException;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.NoDaemonException;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;

/// A daemon of the test's own: started by [#start], ended by [#terminate], [#kill] or at the latest by [#close].
public final class DaemonProcess implements AutoCloseable {

    private static final int MOST_SECONDS = 60;

    private final Process process;
    private final Path folder;
    private final Path log;
    private Map<String, Integer> baseline;

    private DaemonProcess(Process process, Path folder, Path log) {
        this.process = process;
        this.folder = folder;
        this.log = log;
    }

    /// Starts one with its socket and state directory in a folder, and waits until it serves. A second one in the same folder,
    /// after the first has ended, is its successor.
    ///
    /// @param options besides --socket and --state-dir
    public static DaemonProcess start(Path folder, String... options) throws Exception {
        return startBy(folder, List.of(), options);
    }

    /// The same by way of another program, as [#launch] has it.
    public static DaemonProcess startBy(Path folder, List<String> wrapper, String... options)
            throws Exception {
        DaemonProcess daemon = launch(folder, wrapper, options);
        try {
            daemon.awaitServing();
            return daemon;
        } catch (Exception | Error failed) {
            daemon.close();
            throw failed;
        }
    }

    /// Starts one without waiting, perhaps by way of another program.
    ///
    /// @param wrapper a command that runs the rest of its arguments, for example [setpriv, --reuid, 1000]
    public static DaemonProcess launch(Path folder, List<String> wrapper, String... options)
            throws IOException {
        Path log = Files.createTempFile(folder, "daemon", ".log");
        var command = new ArrayList<>(wrapper);
        command.addAll(Programs.daemon(
                "--socket", socket(folder).toString(), "--state-dir", state(folder).toString()));
        command.addAll(List.of(options));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().keySet()
                .removeAll(List.of("LISTEN_FDS", "LISTEN_PID", "NOTIFY_SOCKET", "FDBOX_SOCKET"));
        if (ThisProcess.uid() != 0) {
            // Else only root could count its descriptors.
            builder.environment().put("FDBOXD_DUMPABLE", "1");
        }
        return new DaemonProcess(builder.start(), folder, log);
    }

    public void awaitServing() throws Exception {
        var sockets = new AtomicInteger();
        awaitAnswer(() -> sockets.set(sockets()));
        // The connection that asked may still be open at the other end, and the service manager be told that it serves.
        Eventually.holds("the connection that asked has ended", () -> {
            Map<String, Integer> before = baseline;
            baseline = Descriptors.of(pid());
            return baseline.getOrDefault("socket", 0) < sockets.get() && baseline.equals(before);
        });
    }

    /// Waits until it serves, for a daemon whose descriptors cannot be counted: it keeps to itself, or the process that was started
    /// is another's, which waits for it.
    public void awaitAnswer() throws Exception {
        awaitAnswer(() -> {
        });
    }

    private interface Look {
        void now() throws IOException;
    }

    private void awaitAnswer(Look connected) throws Exception {
        Eventually.holds("the daemon serves", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the daemon ended with " + process.exitValue() + ":\n" + log());
            }
            try (FdBoxClient client = client()) {
                client.info();
                connected.now();
                return true;
            } catch (NoDaemonException | ConnectionLostException notYet) {
                return false;
            }
        });
    }

    /// How many it has open: its own, those of its clients, and those that it holds for them.
    public int sockets() throws IOException {
        return Descriptors.of(pid()).getOrDefault("socket", 0);
    }

    public static Path socket(Path folder) {
        return folder.resolve("run/fdbox");
    }

    public static Path state(Path folder) {
        return folder.resolve("state");
    }

    public Path socket() {
        return socket(folder);
    }

    public Path state() {
        return state(folder);
    }

    public long pid() {
        return process.pid();
    }

    public Process process() {
        return process;
    }

    /// How much memory of it is in RAM (VmRSS of proc_pid_status(5)), in KiB.
    public long residentKibibytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new AssertionError("/proc does not tell VmRSS");
    }

    /// A new connection; closed by the caller.
    public FdBoxClient client() throws NoDaemonException {
        return FdBoxClient.connect(new UnixAddress(socket().toString()));
    }

    /// What it wrote so far.
    public String log() throws IOException {
        return Files.readString(log);
    }

    /// From now on, what it has open now is what it should have.
    public void takeStock() throws IOException {
        baseline = Descriptors.of(pid());
    }

    /// Waits until the daemon has just the descriptors open that it had when it began to serve, or stock was taken.
    ///
    /// @throws AssertionError with the difference, if it keeps others
    public void assertNothingLeaked() throws Exception {
        try {
            Eventually.holds("no descriptor is left", () -> Descriptors.of(pid()).equals(baseline));
        } catch (AssertionError leaked) {
            assertThat(Descriptors.of(pid())).as("descriptors of the daemon").isEqualTo(baseline);
        }
    }

    /// Sends a signal.
    ///
    /// @param name as kill(1) has it, for example HUP
    public void signal(String name) throws Exception {
        Shell.run(List.of("sh", "-c", "kill -" + name + " " + pid()));
    }

    /// Waits until its log has a text.
    public void awaitLog(String text) throws Exception {
        Eventually.holds("the log says \"" + text + "\"", () -> log().contains(text));
    }

    /// Waits until it has ended because a successor took over, which is closed if it does not.
    public void awaitSucceeded(DaemonProcess successor) throws Exception {
        try {
            process.onExit().applyToEither(successor.process.onExit(), ended -> ended)
                    .get(MOST_SECONDS, TimeUnit.SECONDS);
            assertThat(successor.process.isAlive()).as(log() + successor.log()).isTrue();
            assertThat(process.exitValue()).isZero();
        } catch (Exception | Error failed) {
            successor.close();
            throw failed;
        }
    }

    /// SIGTERM, and waits for its end.
    ///
    /// @return the exit status
    public int terminate() throws InterruptedException {
        process.destroy();
        return await();
    }

    /// SIGKILL, and waits for its end.
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        await();
    }

    /// Waits for an end that comes by itself.
    ///
    /// @return the exit status; 128 and the signal's number, if one ended it
    public int awaitEnd() throws InterruptedException {
        return await();
    }

    private int await() throws InterruptedException {
        if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the daemon did not end within " + MOST_SECONDS + " s");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
