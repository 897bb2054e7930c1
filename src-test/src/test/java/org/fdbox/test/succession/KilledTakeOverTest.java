package org.fdbox.test.succession;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whoever of the two dies during a take-over, at whichever state: the other one serves, with everything, to the clients that are
/// connected.
class KilledTakeOverTest {

    @TempDir
    Path folder;

    private DaemonProcess predecessor;
    private DaemonProcess successor;

    @BeforeEach
    void none() {
        predecessor = null;
        successor = null;
    }

    @AfterEach
    void end() {
        for (DaemonProcess process : new DaemonProcess[]{predecessor, successor}) {
            if (process != null) {
                process.close();
            }
        }
    }

    private static void put(FdBoxClient client) throws Exception {
        client.createBox("b");
        try (OwnedFd kept = TestFds.memfd("kept")) {
            client.put("b", "kept", kept);
        }
    }

    private static void requireKept(FdBoxClient client) throws Exception {
        try (OwnedFd copy = client.copy("b", "kept"); OwnedFd more = TestFds.memfd("more")) {
            assertThat(TestFds.text(copy)).isEqualTo("kept");
            client.put("b", "more", more);
        }
        client.take("b", "more").close();
    }

    /// The stages are those of org.fdbox.daemon.Succeeding, but for the last, at which the successor is the daemon.
    @ParameterizedTest
    @ValueSource(strings = {"PREPARED", "RECEIVED", "INSTALLED"})
    void aSuccessorThatDies(String stage) throws Exception {
        predecessor = DaemonProcess.start(folder);
        try (FdBoxClient client = predecessor.client()) {
            put(client);
            successor =
                    DaemonProcess.launch(folder, List.of("env", "FDBOXD_KILL_AT=" + stage), "--take-over");
            assertThat(successor.awaitEnd()).isEqualTo(128 + 9);
            requireKept(client);
            predecessor.awaitLog("not taken over, and serving on");
            successor = DaemonProcess.launch(folder, List.of(), "--take-over");
            predecessor.awaitSucceeded(successor);
            requireKept(client);
        }
    }

    /// The states are those of org.fdbox.daemon.succession.State. Before it has offered everything, its death is that of any daemon.
    @ParameterizedTest
    @ValueSource(strings = {"OFFERED", "COMMITTED"})
    void aPredecessorThatDies(String state) throws Exception {
        predecessor = DaemonProcess.launch(folder, List.of("env", "FDBOXD_KILL_AT=" + state));
        predecessor.awaitServing();
        try (FdBoxClient client = predecessor.client()) {
            put(client);
            successor = DaemonProcess.launch(folder, List.of(), "--take-over");
            assertThat(predecessor.awaitEnd()).isEqualTo(128 + 9);
            requireKept(client);
        }
    }

    @Test
    void aPredecessorThatDiesTooEarlyLeavesNoSuccessor() throws Exception {
        predecessor = DaemonProcess.launch(folder, List.of("env", "FDBOXD_KILL_AT=FREEZING"));
        predecessor.awaitServing();
        successor = DaemonProcess.launch(folder, List.of(), "--take-over");
        assertThat(predecessor.awaitEnd()).isEqualTo(128 + 9);
        assertThat(successor.awaitEnd()).isEqualTo(1);
        assertThat(successor.log()).contains("the other daemon has ended the connection");
        // And nothing of it is in the way.
        predecessor = DaemonProcess.start(folder);
    }

    /// A successor that stalls once it has everything.
    private void stallAndGiveUp(FdBoxClient client) throws Exception {
        put(client);
        successor =
                DaemonProcess.launch(folder, List.of("env", "FDBOXD_STOP_AT=INSTALLED"), "--take-over");
        predecessor.awaitLog("not taken over, and serving on");
        requireKept(client);
    }

    /// The predecessor went on without it before it died: what the successor has is old.
    @Test
    void aSuccessorThatWasGivenUpDoesNotServeEvenAfterThePredecessorsDeath() throws Exception {
        predecessor = DaemonProcess.start(folder);
        try (FdBoxClient client = predecessor.client()) {
            stallAndGiveUp(client);
        }
        predecessor.kill();
        successor.signal("CONT");
        assertThat(successor.awaitEnd()).isEqualTo(1);
    }

    @Test
    void aSuccessorThatStallsIsNotWaitedForForLong() throws Exception {
        predecessor = DaemonProcess.start(folder);
        try (FdBoxClient client = predecessor.client()) {
            stallAndGiveUp(client);
            successor.signal("CONT");
            assertThat(successor.awaitEnd()).isEqualTo(1);
            requireKept(client);
        }
    }
}
