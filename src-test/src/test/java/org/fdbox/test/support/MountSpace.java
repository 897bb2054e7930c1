package org.fdbox.test.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A mount namespace of the test's own, kept by a process that only waits. What is mounted in it ends with it.
public final class MountSpace implements AutoCloseable {

    private final Process holder;

    private MountSpace(Process holder) {
        this.holder = holder;
    }

    /// Skips the test where there can be none.
    public static MountSpace open() throws Exception {
        assumeTrue(Shell.has("unshare") && Shell.has("nsenter"),
                "unshare and nsenter of util-linux are missing");
        assumeTrue(Shell.run(List.of("unshare", "-m", "true")).status() == 0,
                "this user may not make mount namespaces");
        var builder = new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh", "-c",
                "echo ready; exec sleep 600");
        var space = new MountSpace(builder.start());
        try {
            assertThat(space.holder.inputReader().readLine()).isEqualTo("ready");
            return space;
        } catch (IOException | AssertionError failed) {
            space.close();
            throw failed;
        }
    }

    /// What runs the rest of its arguments in it.
    public List<String> wrapper() {
        return List.of("nsenter", "--mount", "--target", Long.toString(holder.pid()), "--wdns=/", "--");
    }

    /// Runs a command in it, which must succeed.
    ///
    /// @return what it wrote
    public String run(String... command) throws Exception {
        var inside = new ArrayList<>(wrapper());
        inside.addAll(Arrays.asList(command));
        Shell.Result result = Shell.run(inside);
        assertThat(result.status()).as(result.toString()).isZero();
        return result.out();
    }

    /// Mounts a file system in memory, empty, its root for its owner alone.
    ///
    /// @param options of tmpfs(5), for example size=1m
    public void mount(Path at, String options) throws Exception {
        run("mount", "-t", "tmpfs", "-o", "mode=700," + options, "tmpfs", at.toString());
    }

    /// A path in it, as seen from here.
    public Path seen(Path inside) {
        return Path.of("/proc/" + holder.pid() + "/root" + inside);
    }

    @Override
    public void close() {
        holder.destroyForcibly();
        holder.onExit().join();
    }
}
