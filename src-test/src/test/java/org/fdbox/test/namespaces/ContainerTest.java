package org.fdbox.test.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.test.namespaces.Inside.USER;
import static org.fdbox.test.namespaces.Inside.rootless;
import static org.fdbox.test.namespaces.Inside.with;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A rootless container that has the daemon's socket folder mounted into it, or a handle to a box and nothing else.
class ContainerTest {

    private static final String FDBOX = String.join(" ", Programs.cli())
            .replaceFirst("-cp \\S+", "-cp '/jars/*'");

    @TempDir
    private Path folder;

    @BeforeEach
    void admitTheUser() throws Exception {
        Inside.admit(folder);
        assumeTrue(Shell.has("pivot_root"), "pivot_root is not installed");
        Shell.Result entered = Shell.run(container("true"));
        assumeTrue(entered.status() == 0, "users cannot make containers: " + entered.err());
    }

    /// What runs a script inside; `$fdbox` is the command.
    private List<String> container(String script) throws Exception {
        Path enter = Path.of(ContainerTest.class.getResource("/container/enter.sh").toURI());
        Path copy = folder.resolve("enter.sh");
        if (!Files.exists(copy)) {
            Files.copy(enter, copy);
        }
        Path root = Files.createDirectories(folder.resolve("root"));
        Path sockets = Files.createDirectories(folder.resolve("run"));
        String jars = Path.of(System.getProperty("fdbox.test.cli.directory")).normalize().toString();
        return with(rootless("--mount", "--pid", "--fork", "--kill-child", "--net", "--ipc", "--uts"),
                "sh", copy.toString(), root.toString(), sockets.toString(), System.getProperty("java.home"),
                jars, "env", "fdbox=" + FDBOX, "sh", "-ec", script);
    }

    private void mustInside(String script) throws Exception {
        Shell.Result result = Shell.run(container(script));
        assertThat(result.status()).as(result.toString()).isZero();
    }

    private DaemonProcess start() throws Exception {
        Path config = Files.writeString(folder.resolve("fdboxd.json"), "{\"socketGroup\": \"" + USER + "\"}");
        return DaemonProcess.start(folder, "--config", config.toString());
    }

    @Test
    void whatItPutOutlivesIt() throws Exception {
        try (var daemon = start(); FdBoxClient root = daemon.client()) {
            root.createBox("roots");
            mustInside("""
                    export FDBOX_SOCKET=/run/fdbox/fdbox
                    test "$(id -u)" = 0
                    test ! -e /root
                    echo words >/tmp/file
                    eval "$fdbox create box"
                    eval "$fdbox put box file </tmp/file"
                    if eval "$fdbox ls roots"; then exit 9; fi
                    """);
            assertThat(root.listBoxes()).filteredOn(box -> box.name().equals("box"))
                    .extracting(BoxInfo::owner).containsExactly(USER);
            assertThat(root.list("box").entries().getFirst().properties().get("pins"))
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsAllEntriesOf(Map.of("mountNamespace", "another"));
            mustInside("""
                    export FDBOX_SOCKET=/run/fdbox/fdbox
                    test ! -e /tmp/file
                    test "$(eval "$fdbox cat box file")" = words
                    """);
            try (OwnedFd taken = root.take("box", "file")) {
                assertThat(TestFds.text(taken)).isEqualTo("words\n");
            }
        }
    }

    @Test
    void aHandleIsAllThatItNeeds() throws Exception {
        try (var daemon = start(); FdBoxClient root = daemon.client();
                OwnedFd words = TestFds.memfd("words")) {
            root.createBox("roots");
            root.put("roots", "m", words);
            List<String> opened = Programs.cli("--socket", daemon.socket().toString(), "open", "roots",
                    "--rights", "list,copy", "--");
            Shell.Result inside = Shell.run(with(opened, container("""
                    eval "$fdbox cat roots m"
                    if eval "$fdbox drop roots m"; then exit 9; fi
                    """)));
            assertThat(inside.status()).as(inside.toString()).isZero();
            assertThat(inside.out()).isEqualTo("words");
            assertThat(inside.err()).contains("AccessDenied");
        }
    }
}
