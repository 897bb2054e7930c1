package org.fdbox.test.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A daemon that is killed while it saves leaves the last complete handover, whole.
class KilledWhileSavingTest {

    private static final int SIZE = 48 << 20;

    @TempDir
    private Path folder;

    /// @param event the file whose appearance is the moment of the kill
    @ParameterizedTest
    @ValueSource(strings = {"payload/2-1", "handover.json.partial"})
    void theLastCompleteHandoverCounts(String event) throws Exception {
        try (var daemon = DaemonProcess.start(folder);
                OwnedFd memory = Memfd.create("changing")) {
            fill(memory, 'a');
            try (FdBoxClient client = daemon.client()) {
                client.createBox("b");
                client.put("b", "x", memory);
                client.seal("b");
                client.handover().save(Optional.empty(), _ -> {});
            }
            fill(memory, 'b');
            CompletableFuture<Boolean> save = CompletableFuture.supplyAsync(() -> saves(daemon));
            Path file = daemon.state().resolve(event);
            Eventually.holds(event + " is there, or was", () -> Files.exists(file) || save.isDone());
            daemon.kill();
            boolean acknowledged = save.join();
            assertThat(contents()).isIn(acknowledged ? "b" : "a", "b");
        }
    }

    private static void fill(OwnedFd memory, char letter) {
        var bytes = new byte[SIZE];
        Arrays.fill(bytes, (byte) letter);
        Contents.write(memory, bytes, 0);
    }

    private static boolean saves(DaemonProcess daemon) {
        try (FdBoxClient client = daemon.client()) {
            return client.handover().save(Optional.empty(), _ -> {}).manifest().isPresent();
        } catch (IOException | Refused killed) {
            return false;
        }
    }

    /// The letter that fills the memory which comes back, from end to end.
    private String contents() throws Exception {
        try (var next = DaemonProcess.start(folder); FdBoxClient client = next.client()) {
            client.unseal("b");
            try (OwnedFd back = client.take("b", "x")) {
                byte[] bytes = Contents.read(back, 0, SIZE);
                var same = new byte[SIZE];
                Arrays.fill(same, bytes[0]);
                assertThat(Arrays.equals(bytes, same)).as("one letter from end to end").isTrue();
                return String.valueOf((char) bytes[0]);
            }
        }
    }
}
