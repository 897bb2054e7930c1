package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.EntryInfo.State;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The handler that docs/handlers.md shows, word for word.
class LateHandlerInPythonTest {

    private static final Pattern EXAMPLE = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path folder;

    private HandMadeState state;
    private Path script;

    @BeforeAll
    static void needsPython() {
        assumeTrue(Shell.has("python3"), "python3 is not installed");
    }

    @BeforeEach
    void write() throws Exception {
        state = HandMadeState.write(folder);
        Matcher example = EXAMPLE.matcher(Files.readString(Path.of("../docs/handlers.md")));
        assertThat(example.find()).as("docs/handlers.md has an example").isTrue();
        script = Files.writeString(folder.resolve("late_handler.py"), example.group(1));
    }

    /// Runs it until the entry is held.
    private void restore(DaemonProcess daemon, FdBoxClient client) throws Exception {
        Path log = folder.resolve("handler.log");
        Process handler = new ProcessBuilder(
                "python3", script.toString(), daemon.socket().toString(), HandMadeState.COMPATIBLE)
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            Eventually.holds("the entry is held", () -> {
                assertThat(handler.isAlive()).as(() -> read(log)).isTrue();
                return entry(client).state() == State.HELD;
            });
        } finally {
            handler.destroyForcibly().waitFor();
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException gone) {
            return gone.toString();
        }
    }

    private static EntryInfo entry(FdBoxClient client) throws Exception {
        return client.list("b").entries().getFirst();
    }

    @Test
    void whatItRestoresIsSavedOnAndComesBackInEachLife() throws Exception {
        Object node = state.node();
        byte[] payload = state.payload();
        for (int life = 0; life < 2; life++) {
            try (DaemonProcess daemon = DaemonProcess.start(folder, "--accept-edited");
                    FdBoxClient client = daemon.client()) {
                restore(daemon, client);
                EntryInfo entry = entry(client);
                assertThat(entry.compatible()).isEqualTo(HandMadeState.COMPATIBLE);
                assertThat(entry.kind()).isEqualTo("memfd");
                assertThat(entry.survival()).isEqualTo(Survival.CONTENTS);
                assertThat(client.handover().save(Optional.empty(), _ -> {}).leftOut().orElseThrow())
                        .isEmpty();
                assertThat(daemon.terminate()).isZero();
            }
            assertThat(state.node()).isEqualTo(node);
            assertThat(state.payload()).isEqualTo(payload);
        }
    }

    @Test
    void itCanBeTakenAndThenNeverComesBack() throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--accept-edited")) {
            try (FdBoxClient client = daemon.client()) {
                restore(daemon, client);
                client.unseal("b");
                assertThat(entry(client).survival()).isEqualTo(Survival.LIVE);
                try (OwnedFd taken = client.take("b", "e")) {
                    assertThat(TestFds.text(taken)).isEqualTo(HandMadeState.CONTENTS);
                }
            }
            daemon.assertNothingLeaked();
            daemon.kill();
        }
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--accept-edited");
                FdBoxClient client = daemon.client()) {
            assertThat(client.listBoxes()).isEmpty();
        }
    }
}
