package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The daemon as a service: what it tells its manager, what it is passed, and what it writes to its log.
class ServiceTest {

    @TempDir
    private Path folder;

    @Test
    void theManagerIsToldOfEveryTurn() throws Exception {
        Path config = Files.writeString(folder.resolve("fdboxd.json"), "{}");
        try (var manager = new ServiceManager(folder);
                var daemon = DaemonProcess.launch(folder, manager.wrapper(), "--config", config.toString())) {
            manager.awaits("READY=1");
            assertThat(manager.heard()).containsExactly("READY=1", "STATUS=Serving at " + daemon.socket());
            int whileStarting = manager.timesAskedForTime();
            assertThat(whileStarting).isPositive();
            daemon.awaitServing();
            Files.writeString(config, "{\"faulty\": true}");
            daemon.signal("HUP");
            manager.awaits("STATUS=Serving; the changed configuration is faulty");
            assertThat(daemon.terminate()).isZero();
            assertThat(manager.heard()).endsWith("STOPPING=1", "STATUS=Saving").doesNotContain("WATCHDOG=1");
            assertThat(manager.timesAskedForTime()).isGreaterThan(whileStarting);
        }
    }

    @Test
    void theManagerSeesSignsOfLifeWhereItAsksForThem() throws Exception {
        try (var manager = new ServiceManager(folder);
                var daemon = DaemonProcess.launch(folder, manager.wrapper("WATCHDOG_USEC=100000"))) {
            Eventually.holds("three signs of life",
                    () -> manager.heard().stream().filter("WATCHDOG=1"::equals).count() >= 3);
            assertThat(manager.heard().getFirst()).isEqualTo("READY=1");
            assertThat(daemon.terminate()).isZero();
        }
    }

    @Test
    void aManagerThatIsGoneHindersNobody() throws Exception {
        try (var daemon = DaemonProcess.launch(folder,
                List.of("env", "NOTIFY_SOCKET=" + folder.resolve("nobody"), "WATCHDOG_USEC=rubbish"))) {
            daemon.awaitServing();
            // It answers before it has said so.
            daemon.awaitLog("<4>the service manager could not be told READY=1: ");
            assertThat(daemon.terminate()).isZero();
        }
    }

    /// Passes sockets as a manager would, by way of another daemon and `fdbox get`, which speaks the same protocol.
    private static List<String> passing(DaemonProcess holder, String... names) {
        var wrapper = Programs.cli("--socket", holder.socket().toString(), "get", "sockets");
        wrapper.addAll(List.of(names));
        wrapper.add("--");
        return wrapper;
    }

    private static void hold(DaemonProcess holder, String name, OwnedFd fd) throws Exception {
        try (FdBoxClient client = holder.client()) {
            if (client.listBoxes().isEmpty()) {
                client.createBox("sockets");
            }
            client.put("sockets", name, fd);
        }
    }

    @Test
    void socketsThatAreSystemdsAreServed(@TempDir Path otherFolder) throws Exception {
        Path path = DaemonProcess.socket(folder);
        Files.createDirectories(path.getParent());
        var address = new UnixAddress(path.toString());
        var second = new UnixAddress("@fdbox-test-second-" + ProcessHandle.current().pid());
        try (var holder = DaemonProcess.start(otherFolder);
                OwnedFd listener = UnixSocket.listen(address, SocketFacts.STREAM, 16);
                OwnedFd other = UnixSocket.listen(second, SocketFacts.STREAM, 16)) {
            hold(holder, "one", listener);
            hold(holder, "two", other);
            try (var early = FdBoxClient.connect(address);
                    var daemon = DaemonProcess.launch(folder, passing(holder, "one", "two"))) {
                early.createBox("asked for before it ran");
                daemon.awaitServing();
                try (FdBoxClient client = FdBoxClient.connect(second)) {
                    assertThat(client.listBoxes()).hasSize(1);
                }
                // Kept in a box of its own, a daemon's socket would make it immortal.
                for (OwnedFd own : List.of(listener, other)) {
                    assertThatThrownBy(() -> early.put("asked for before it ran", "own", own))
                            .isInstanceOf(Refused.UnsupportedFd.class);
                }
                daemon.assertNothingLeaked();
                assertThat(daemon.terminate()).isZero();
                assertThat(daemon.log()).contains("listening on 2 inherited sockets");
                assertThat(path).exists();
            }
        }
    }

    @Test
    void whatCannotBeServedIsRefused(@TempDir Path otherFolder) throws Exception {
        try (var holder = DaemonProcess.start(otherFolder);
                OwnedFd memory = TestFds.memfd("no socket")) {
            hold(holder, "memory", memory);
            try (var daemon = DaemonProcess.launch(folder, passing(holder, "memory"))) {
                assertThat(daemon.process().waitFor()).isEqualTo(1);
                assertThat(daemon.log()).contains("descriptor 3 was passed to be served and is no socket");
            }
        }
    }

    @Test
    void everyLineOfTheLogHasAPriority() throws Exception {
        try (var daemon = DaemonProcess.start(folder);
                FdBoxClient client = daemon.client();
                OwnedFd memory = TestFds.memfd("lost")) {
            client.createBox("open");
            client.put("open", "x", memory);
            daemon.terminate();
            var lines = new ArrayList<>(daemon.log().lines().toList());
            assertThat(lines).hasSizeGreaterThanOrEqualTo(4)
                    .allSatisfy(line -> assertThat(line).matches("<[3467]>\\S.*"))
                    .anySatisfy(line -> assertThat(line)
                            .matches("<6>audit uid=\\d+ gid=\\d+ pid=\\d+ conn=\\d+ verb=CreateBox box=open"
                                    + " outcome=granted"))
                    .anySatisfy(line -> assertThat(line).startsWith("<4>not saved box=open"));
        }
    }
}
