package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fdbox.client.FdBoxClient;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Shell;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script bin/fdbox, under shells that leave standard descriptors out or stop reading.
class LauncherTest {

    private static final Path LAUNCHER = Path.of("../bin/fdbox").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    @BeforeEach
    void isThere() {
        assertThat(LAUNCHER).isExecutable();
    }

    /// @param script where "fdbox" is the launcher
    private Shell.Result run(String script) throws Exception {
        String socket = DaemonProcess.socket(folder).toString();
        return Shell
                .run(List.of("sh", "-c", "fdbox() { '" + LAUNCHER + "' --socket '" + socket + "' \"$@\"; }\n"
                        + script));
    }

    @Test
    void whatCannotBePrintedIsNotDone() throws Exception {
        Shell.Result closed = run("fdbox --help >&-");
        assertThat(closed.err()).isEqualTo("fdbox: cannot write to standard output: Bad file descriptor\n");
        assertThat(closed.status()).isEqualTo(1);
        assertThat(run("fdbox --help >/dev/full").err())
                .isEqualTo("fdbox: cannot write to standard output: No space left on device\n");
    }

    @Test
    void aReaderThatHasSeenEnoughIsNoFailureToTalkAbout() throws Exception {
        Shell.Result head = run("fdbox --help | head -n 1");
        assertThat(head.out()).startsWith("Usage: fdbox").hasLineCount(1);
        assertThat(head.err()).isEmpty();
        assertThat(run("fdbox --help | true").err()).isEmpty();
    }

    @Test
    void standardErrorMayBeClosed() throws Exception {
        assertThat(run("fdbox ls 2>&-").status()).isEqualTo(3);
        assertThat(run("fdbox --version 2>&- <&-").out()).startsWith("fdbox ");
    }

    @Test
    void onlyWhatTheCallerPassedIsPut() throws Exception {
        try (var daemon = DaemonProcess.start(folder)) {
            try (FdBoxClient client = daemon.client()) {
                client.createBox("vm1");
            }
            for (String script : List.of("fdbox put vm1 x <&-", "fdbox put vm1 x --fd 1 >&-",
                    "fdbox put vm1 x --fd 5")) {
                Shell.Result refused = run(script);
                assertThat(refused.status()).as(script).isEqualTo(1);
                assertThat(refused.err()).contains(" was passed to fdbox; a shell passes one with ");
            }
            assertThat(run("fdbox put vm1 x --fd 2 2>&-").status()).isEqualTo(1);
            Path file = Files.writeString(folder.resolve("file"), "contents");
            assertThat(run("fdbox put vm1 x --fd 5 5<'" + file + "'").status()).isZero();
            assertThat(run("fdbox cat vm1 x").out()).isEqualTo("contents");
            assertThat(run("fdbox cat vm1 x >&-").status()).isEqualTo(1);
            assertThat(run("fdbox get vm1 x -- cat <&- >&-").status())
                    .as("a program without input and output").isEqualTo(1);
            daemon.assertNothingLeaked();
        }
    }

    /// What docs/operations.md and the message of a handover that is too large tell people to do.
    @Test
    void theDaemonsHeapCanBeSet() throws Exception {
        String daemon = LAUNCHER.resolveSibling("fdboxd").toString();
        assertThat(Shell.run(List.of("env", "FDBOXD_HEAP=300m", daemon, "--version")).out())
                .startsWith("fdboxd ");
        Shell.Result wrong = Shell.run(List.of("env", "FDBOXD_HEAP=much", daemon, "--version"));
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.out() + wrong.err()).contains("-Xmxmuch");
    }
}
