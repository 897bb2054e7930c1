package org.fdbox.test.succession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `fdbox upgrade` replaces the running daemon by what is installed then.
class UpgradeTest {

    @TempDir
    Path folder;

    /// A launcher, as bin/fdboxd is one.
    private Path installed(String what) throws Exception {
        Path program = folder.resolve("fdboxd");
        Files.writeString(program, "#!/bin/sh\n" + what + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return program;
    }

    private static String daemon() {
        return "exec '" + String.join("' '", Programs.daemon()) + "' \"$@\"";
    }

    private DaemonProcess started() throws Exception {
        DaemonProcess daemon = DaemonProcess.launch(folder,
                List.of("env", "FDBOXD_PROGRAM=" + folder.resolve("fdboxd")));
        daemon.awaitServing();
        return daemon;
    }

    @Test
    void theInstalledDaemonTakesOver() throws Exception {
        installed(daemon());
        try (DaemonProcess daemon = started(); FdBoxClient client = daemon.client();
                OwnedFd kept = TestFds.memfd("kept")) {
            client.createBox("b");
            client.put("b", "kept", kept);
            Reply.Upgraded first = client.handover().upgrade();
            assertThat(daemon.awaitEnd()).isZero();
            assertThat(ProcessHandle.of(first.pid())).isPresent();
            assertThat(first.version()).isEqualTo(client.info().version());
            // And it can be upgraded in turn.
            Reply.Upgraded second = client.handover().upgrade();
            assertThat(second.pid()).isNotEqualTo(first.pid());
            try (OwnedFd copy = client.copy("b", "kept")) {
                assertThat(TestFds.text(copy)).isEqualTo("kept");
            }
            ProcessHandle last = ProcessHandle.of(second.pid()).orElseThrow();
            last.destroy();
            last.onExit().join();
        }
    }

    /// Whose own arguments say that it is a spare.
    @Test
    void aSpareThatHasComeToServeIsUpgradedToo() throws Exception {
        installed(daemon());
        try (DaemonProcess daemon = started();
                DaemonProcess spare = DaemonProcess.launch(folder,
                        List.of("env", "FDBOXD_PROGRAM=" + folder.resolve("fdboxd")), "--standby")) {
            spare.awaitLog("following the daemon at");
            daemon.kill();
            spare.awaitLog("serving in its place");
            try (FdBoxClient client = spare.client()) {
                Reply.Upgraded upgraded = client.handover().upgrade();
                assertThat(spare.awaitEnd()).isZero();
                ProcessHandle last = ProcessHandle.of(upgraded.pid()).orElseThrow();
                last.destroy();
                last.onExit().join();
            }
        }
    }

    @Test
    void whereTheSuccessorFailsTheDaemonServesOnAndSaysWhy() throws Exception {
        installed("echo 'this one is broken' >&2; exit 7");
        try (DaemonProcess daemon = started(); FdBoxClient client = daemon.client()) {
            client.createBox("b");
            assertThatThrownBy(() -> client.handover().upgrade()).isInstanceOf(Refused.HandoverFailed.class)
                    .hasMessageContaining("its log");
            assertThat(daemon.log()).contains("this one is broken");
            assertThat(client.listBoxes()).hasSize(1);
            installed(daemon());
            Reply.Upgraded upgraded = client.handover().upgrade();
            assertThat(client.listBoxes()).hasSize(1);
            // The last by the successor.
            assertThat(daemon.log().lines().filter(line -> line.startsWith("<6>audit "))
                    .map(line -> line.replaceFirst(".* verb=", "").replaceFirst(" reason=.*", "")))
                    .containsExactly("CreateBox box=b outcome=granted",
                            "Upgrade outcome=org.fdbox.Handover.HandoverFailed", "TakeOver outcome=granted",
                            "Commit outcome=granted", "Upgrade successor=" + upgraded.pid() + " version="
                                    + upgraded.version() + " outcome=granted");
            ProcessHandle last = ProcessHandle.of(upgraded.pid()).orElseThrow();
            last.destroy();
            last.onExit().join();
        }
    }

    @Test
    void whoDoesNotKnowHowItWasStartedSaysSo() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            assertThatThrownBy(() -> client.handover().upgrade()).isInstanceOf(Refused.HandoverFailed.class)
                    .hasMessageContaining("--take-over");
        }
    }
}
