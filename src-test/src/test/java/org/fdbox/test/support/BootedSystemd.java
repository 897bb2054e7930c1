package org.fdbox.test.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fdbox.sys.ThisProcess;

/// A systemd in namespaces of its own, on an overlay that is thrown away (src/test/resources/systemd/boot.sh).
public final class BootedSystemd implements AutoCloseable {

    private static final List<String> TOOLS = List.of("unshare", "nsenter", "pivot_root", "systemctl");

    private final Path shared;
    private final Path cgroup;
    private final Process process;
    private final long init;

    /// Starts it, and waits until a file is there. Skips the test where there can be none.
    ///
    /// @param shared a folder that is /run/shared inside
    /// @param units unit files, with the target "fdbox-test.target"
    /// @param awaited a path inside
    public static BootedSystemd boot(Path shared, Path units, String awaited) throws Exception {
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
        return new BootedSystemd(shared, units, cgroups.get(), awaited);
    }

    private BootedSystemd(Path shared, Path units, Path cgroups, String awaited) throws Exception {
        this.shared = shared;
        cgroup = cgroups.resolve("fdbox-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
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
            init = awaitBoot(awaited);
        } catch (Exception | Error failed) {
            close();
            throw failed;
        }
    }

    private long awaitBoot(String awaited) throws Exception {
        Eventually.holds("systemd runs", () -> {
            if (!process.isAlive()) {
                throw new AssertionError(Files.readString(shared.resolve("boot.log")));
            }
            return process.children().findFirst()
                    .filter(child -> Files.exists(seen(child.pid(), awaited))).isPresent();
        });
        return process.children().findFirst().orElseThrow().pid();
    }

    /// A path inside, as seen from here.
    public Path seen(String inside) {
        return seen(init, inside);
    }

    private static Path seen(long init, String inside) {
        return Path.of("/proc/" + init + "/root" + inside);
    }

    /// Runs a command inside, as root.
    public Shell.Result run(String... command) throws Exception {
        return Shell.run(command(command));
    }

    /// What runs a command inside, as root.
    public List<String> command(String... command) {
        var inside = new ArrayList<>(List.of("nsenter", "-t", Long.toString(init), "-m", "-p", "-u", "-i",
                "-n", "-C"));
        inside.addAll(Arrays.asList(command));
        return inside;
    }

    /// Runs a command inside, which must succeed.
    ///
    /// @return what it wrote
    public String must(String... command) throws Exception {
        Shell.Result result = run(command);
        if (result.status() != 0) {
            throw new AssertionError(List.of(command) + ": " + result.out() + result.err());
        }
        return result.out().strip();
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
