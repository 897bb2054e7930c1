package org.fdbox.test.survival;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;

/// A systemd in namespaces of its own (src/test/resources/systemd/boot.sh), with the daemon as its service.
public final class RealSystemd implements AutoCloseable {

    private static final List<String> TOOLS = List.of("unshare", "nsenter", "pivot_root", "systemctl");
    private static final String UNIT = "fdboxd.service";
    private static final int MOST_MINUTES = 5;

    private final Path shared;
    private final Path cgroup;
    private final Process process;
    private final long init;

    /// Starts it, and the daemon's socket.
    ///
    /// @param shared for sockets, state and logs
    /// @param store FileDescriptorStoreMax=
    public static RealSystemd start(Path shared, int store) throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "namespaces and mounts need root");
        for (String tool : TOOLS) {
            assumeTrue(Shell.has(tool), tool + " is not installed");
        }
        assumeTrue(Files.isExecutable(Path.of("/lib/systemd/systemd")), "systemd is not installed");
        Optional<Path> cgroups = Stream.of("/sys/fs/cgroup/unified", "/sys/fs/cgroup").map(Path::of)
                .filter(folder -> Files.isWritable(folder.resolve("cgroup.procs"))).findFirst();
        assumeTrue(cgroups.isPresent(), "no cgroup2 may be made");
        assumeTrue(Shell.run(List.of("unshare", "--pid", "--fork", "--mount", "--cgroup", "--net", "true"))
                .status() == 0, "no namespaces may be made");
        return new RealSystemd(shared, cgroups.get(), store);
    }

    private RealSystemd(Path shared, Path cgroups, int store) throws Exception {
        this.shared = shared;
        cgroup = cgroups.resolve("fdbox-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        Path units = Files.createDirectory(shared.resolve("units"));
        writeUnits(units, store);
        Files.createDirectory(cgroup);
        Path boot = Programs.repository().resolve("src-test/src/test/resources/systemd/boot.sh");
        Path daemon = Path.of(System.getProperty("fdbox.test.daemon.directory")).normalize();
        process = new ProcessBuilder("sh", "-c", "echo $$ >" + cgroup + "/cgroup.procs; exec \"$@\"", "sh",
                "unshare", "--pid", "--fork", "--kill-child", "--mount", "--cgroup", "--uts", "--ipc",
                "--net",
                "sh", boot.toString(), "/", units.toString(), shared.toString(), daemon.toString(),
                "fdbox-test.target")
                .redirectErrorStream(true).redirectOutput(shared.resolve("boot.log").toFile()).start();
        try {
            init = awaitBoot();
        } catch (Exception | Error failed) {
            close();
            throw failed;
        }
    }

    private long awaitBoot() throws Exception {
        Eventually.holds("systemd runs", () -> {
            if (!process.isAlive()) {
                throw new AssertionError(Files.readString(shared.resolve("boot.log")));
            }
            return Files.exists(socket());
        });
        return process.children().findFirst().orElseThrow().pid();
    }

    private static void writeUnits(Path units, int store) throws IOException {
        var command = new ArrayList<>(Programs.daemon("--state-dir", "/run/shared/state"));
        command.replaceAll(word -> word.endsWith("/*") ? "/run/daemon/*" : word);
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
                ExecReload=/bin/kill -HUP $MAINPID
                Restart=on-failure
                RestartSec=0
                FileDescriptorStoreMax=%d
                FileDescriptorStorePreserve=yes
                StandardOutput=append:/run/shared/daemon.log
                StandardError=append:/run/shared/daemon.log
                """.formatted(String.join(" ", command), store));
    }

    private Path socket() {
        return shared.resolve("fdbox");
    }

    FdBoxClient client() throws Exception {
        return FdBoxClient.connect(new UnixAddress(socket().toString()));
    }

    String log() throws IOException {
        return Files.readString(shared.resolve("daemon.log"));
    }

    /// What systemctl says; it must succeed.
    String systemctl(String... arguments) throws Exception {
        List<String> command = command(arguments);
        Shell.Result result = Shell.run(command);
        if (result.status() != 0) {
            throw new AssertionError(command + ": " + result.err() + log());
        }
        return result.out().strip();
    }

    private List<String> command(String... arguments) {
        var command = new ArrayList<>(List.of("nsenter", "-t", Long.toString(init), "-m", "-p", "-u", "-i",
                "-n", "-C", "systemctl"));
        command.addAll(List.of(arguments));
        return command;
    }

    /// Runs another service, and waits for its end.
    ///
    /// @param unit the text of its unit file, of Type=oneshot
    public void run(String name, String unit) throws Exception {
        Files.writeString(Path.of("/proc", Long.toString(init), "root/run/systemd/system", name), unit);
        systemctl("daemon-reload");
        Process started = new ProcessBuilder(command("start", name)).inheritIO().start();
        if (!started.waitFor(MOST_MINUTES, TimeUnit.MINUTES) || started.exitValue() != 0) {
            started.destroyForcibly();
            throw new AssertionError(name + ": " + systemctl("show", name));
        }
    }

    /// SIGKILL for the daemon; systemd starts the next one.
    void kill() throws Exception {
        String before = systemctl("show", "-p", "MainPID", "--value", UNIT);
        systemctl("kill", "--kill-who=main", "-s", "KILL", UNIT);
        Eventually.holds("the next one serves", () -> {
            String now = systemctl("show", "-p", "MainPID,ActiveState", "--value", UNIT);
            return now.contains("active") && !now.contains("deactivating") && !now.contains("activating")
                    && !now.lines().toList().contains(before);
        });
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
        process.children().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
        try {
            Eventually.holds("the cgroup is empty", () -> Shell.run(List.of("sh", "-c",
                    "find " + cgroup + " -depth -type d -exec rmdir {} +")).status() == 0
                    || !Files.exists(cgroup));
        } catch (Exception stuck) {
            throw new IllegalStateException(cgroup + " cannot be removed", stuck);
        }
    }
}
