package org.fdbox.test.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.client.FdBoxClient;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Descriptors whose closing waits for a peer that never answers. Whoever puts them waits for nobody, and nobody for them.
class SlowClosingTest extends UnderAttack {

    private static final int MANY = 40;

    private final List<Socket> accepted = new ArrayList<>();

    @BeforeEach
    void needsPython() {
        assumeTrue(Shell.has("python3"), "python3 is not installed");
    }

    /// The peers go away, and with them the reason to wait.
    @AfterEach
    void letGo() throws IOException {
        for (Socket socket : accepted) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
        accepted.clear();
    }

    private void put(DaemonProcess daemon, String box) throws Exception {
        Path script = Path.of(SlowClosingTest.class.getResource("/python/lingering.py").toURI());
        try (var server = new ServerSocket(0, MANY, InetAddress.getLoopbackAddress())) {
            Shell.Result result = Shell.run(List.of(
                    Programs.python(), script.toString(), daemon.socket().toString(), box,
                    Integer.toString(server.getLocalPort()), Integer.toString(MANY)));
            assertThat(result).isEqualTo(new Shell.Result(0, "put " + MANY + "\n", ""));
            for (int i = 0; i < MANY; i++) {
                accepted.add(server.accept());
            }
        }
    }

    /// How many threads of the daemon are in the middle of closing something: not waiting for work, but in the kernel.
    private long closing() throws IOException {
        try (var threads = Files.list(Path.of("/proc/" + daemon().pid() + "/task"))) {
            return threads.filter(SlowClosingTest::isClosing).count();
        }
    }

    private static boolean isClosing(Path thread) {
        try {
            boolean idle = Files.readString(thread.resolve("wchan")).contains("futex");
            return Files.readString(thread.resolve("comm")).equals("closer\n") && !idle;
        } catch (IOException ended) {
            return false;
        }
    }

    @Test
    void deletingThemHoldsUpNobody() throws Exception {
        put(daemon(), "slow");
        try (FdBoxClient client = daemon().client()) {
            assertThat(client.deleteBox("slow")).isEqualTo(MANY);
        }
        Eventually.holds("some are being closed", () -> closing() > 0);
        askForWhatIsTheirs();
    }

    @Test
    void droppingThemOneByOneHoldsUpNobody() throws Exception {
        put(daemon(), "slow");
        try (FdBoxClient client = daemon().client()) {
            for (int i = 0; i < MANY; i++) {
                client.drop("slow", Integer.toString(i));
                client.listBoxes();
            }
            client.deleteBox("slow");
        }
        askForWhatIsTheirs();
    }

    @Test
    void theDaemonEndsWhileTheyAreBeingClosed(@TempDir Path folder) throws Exception {
        try (var another = DaemonProcess.start(folder)) {
            put(another, "slow");
            try (FdBoxClient client = another.client()) {
                client.deleteBox("slow");
            }
            assertThat(another.terminate()).isZero();
        }
    }
}
