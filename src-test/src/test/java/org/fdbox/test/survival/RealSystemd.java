package org.fdbox.test.survival;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.UnixAddress;
import org.fdbox.test.support.BootedSystemd;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.Programs;

/// A systemd of the test's own, with the daemon as its service.
public final class RealSystemd implements AutoCloseable {

    private static final String UNIT = "fdboxd.service";
    private static final int MOST_MINUTES = 5;

    private final Path shared;
    private final BootedSystemd systemd;

    /// Starts it, and the daemon's socket.
    ///
    /// @param shared for sockets, state and logs
    /// @param store FileDescriptorStoreMax=
    public static RealSystemd start(Path shared, int store) throws Exception {
        Path units = Files.createDirectory(shared.resolve("units"));
        writeUnits(units, store);
        Path installed = shared.resolve("fdboxd");
        Files.writeString(installed, "#!/bin/sh\nexec '" + String.join("' '", daemon()) + "' \"$@\"\n");
        Files.setPosixFilePermissions(installed, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new RealSystemd(shared, BootedSystemd.boot(shared, units, "/run/shared/fdbox"));
    }

    private RealSystemd(Path shared, BootedSystemd systemd) {
        this.shared = shared;
        this.systemd = systemd;
    }

    /// As it is seen from inside.
    private static List<String> daemon(String... arguments) {
        var command = new ArrayList<>(Programs.daemon(arguments));
        command.replaceAll(word -> word.endsWith("/*") ? "/run/daemon/*" : word);
        return command;
    }

    private static void writeUnits(Path units, int store) throws IOException {
        Files.writeString(units.resolve("fdbox-test.target"), """
                [Unit]
                DefaultDependencies=no
                Wants=fdboxd.socket
                """);
        Files.writeString(units.resolve("fdboxd.socket"), """
                [Unit]
                DefaultDependencies=no
                [Socket]
                ListenStream=/run/shared/fdbox
                """);
        Files.writeString(units.resolve(UNIT), """
                [Unit]
                DefaultDependencies=no
                Requires=fdboxd.socket
                StartLimitIntervalSec=0
                [Service]
                Type=notify
                ExecStart=%s
                Environment=FDBOXD_PROGRAM=/run/shared/fdboxd
                ExecReload=/bin/kill -HUP $MAINPID
                Restart=on-failure
                RestartSec=0
                FileDescriptorStoreMax=%d
                FileDescriptorStorePreserve=yes
                StandardOutput=append:/run/shared/daemon.log
                StandardError=append:/run/shared/daemon.log
                """.formatted(String.join(" ", daemon("--state-dir", "/run/shared/state")), store));
    }

    FdBoxClient client() throws Exception {
        return FdBoxClient.connect(new UnixAddress(shared.resolve("fdbox").toString()));
    }

    String log() throws IOException {
        return Files.readString(shared.resolve("daemon.log"));
    }

    /// What systemctl says; it must succeed.
    String systemctl(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("systemctl"));
        command.addAll(List.of(arguments));
        try {
            return systemd.must(command.toArray(String[]::new));
        } catch (AssertionError failed) {
            throw new AssertionError(failed.getMessage() + log(), failed);
        }
    }

    /// Runs another service, and waits for its end.
    ///
    /// @param unit the text of its unit file, of Type=oneshot
    public void run(String name, String unit) throws Exception {
        Files.writeString(systemd.seen("/run/systemd/system/" + name), unit);
        systemctl("daemon-reload");
        Process started = new ProcessBuilder(systemd.command("systemctl", "start", name)).inheritIO().start();
        if (!started.waitFor(MOST_MINUTES, TimeUnit.MINUTES) || started.exitValue() != 0) {
            started.destroyForcibly();
            throw new AssertionError(name + ": " + systemctl("show", name));
        }
    }

    /// SIGKILL for the daemon; systemd starts the next one.
    void kill() throws Exception {
        String before = mainPid();
        systemctl("kill", "--kill-who=main", "-s", "KILL", UNIT);
        Eventually.holds("the next one serves", () -> {
            String now = systemctl("show", "-p", "MainPID,ActiveState", "--value", UNIT);
            return now.contains("active") && !now.contains("deactivating") && !now.contains("activating")
                    && !now.lines().toList().contains(before);
        });
    }

    /// Of the service, as seen from inside.
    String mainPid() throws Exception {
        return systemctl("show", "-p", "MainPID", "--value", UNIT);
    }

    int stored() throws Exception {
        return Integer.parseInt(systemctl("show", "-p", "NFileDescriptorStore", "--value", UNIT));
    }

    /// The version, for what not all versions can do.
    public int version() throws Exception {
        return Integer.parseInt(systemctl("--version").replaceFirst("(?s)systemd (\\d+).*", "$1"));
    }

    @Override
    public void close() {
        systemd.close();
    }
}
