package org.fdbox.test.hostile;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fdbox.sys.ThisProcess;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;

/// A process of another user that takes what it gets and keeps it until this is closed.
final class Attacker implements AutoCloseable {

    /// May connect.
    static final int GROUP = 64_000;
    private static final int USER = 64_001;
    private static final int MOST_SECONDS = 30;

    private final Process process;
    private final String told;

    private Attacker(Process process) throws Exception {
        this.process = process;
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        this.told = out.readLine();
    }

    /// @param way one that attack.py knows, and its arguments
    static Attacker begin(DaemonProcess daemon, String... way) throws Exception {
        Path script = Path.of(Attacker.class.getResource("/python/attack.py").toURI());
        var command = new ArrayList<>(List.of(
                Programs.python(), script.toString(), Integer.toString(USER), Integer.toString(GROUP),
                daemon.socket().toString()));
        command.addAll(List.of(way));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        return new Attacker(builder.start());
    }

    /// What it was told when it got no more.
    String told() {
        return told;
    }

    /// Lets the user in.
    ///
    /// @param folder of the daemon
    static void admit(Path folder) throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can be several users");
        assumeTrue(Shell.has("python3"), "python3 is not installed");
        Files.setPosixFilePermissions(folder,
                PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().orTimeout(MOST_SECONDS, TimeUnit.SECONDS).join();
    }
}
