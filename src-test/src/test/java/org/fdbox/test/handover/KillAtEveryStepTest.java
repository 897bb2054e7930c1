package org.fdbox.test.handover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fdbox.client.ConnectionLostException;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Contents;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A daemon that dies at any step of a save, a mark, a preparation or a recovery leaves the last complete handover or the new one,
/// and nothing in between. The steps are those of org.fdbox.daemon.handover.Step.
class KillAtEveryStepTest {

    private static final Set<String> NEW_FROM_HERE =
            Set.of("MANIFEST_MOVED", "HANDOVER_DURABLE", "JOURNAL_FOLLOWED", "PAYLOADS_SWEPT");

    @TempDir
    Path folder;

    private interface Deed {
        void by(FdBoxClient client) throws Refused, IOException;
    }

    /// Boxes "b", with "x" and "y", and "c", with "z", all of which hold "old" and are saved.
    private void saveOld(DaemonProcess daemon, OwnedFd x, OwnedFd y, OwnedFd z) throws Exception {
        try (FdBoxClient client = daemon.client()) {
            client.createBox("b");
            client.put("b", "x", x);
            client.put("b", "y", y);
            client.createBox("c");
            client.put("c", "z", z);
            client.seal("b");
            client.seal("c");
            client.handover().save(Optional.empty(), _ -> {});
        }
    }

    /// Does something during which the daemon is to die.
    private void dieDuring(String step, Deed before, Deed deed) throws Exception {
        try (DaemonProcess dying = DaemonProcess.launch(folder, List.of("env", "FDBOXD_KILL_AT=" + step))) {
            dying.awaitServing();
            try (FdBoxClient client = dying.client()) {
                before.by(client);
                assertThatThrownBy(() -> deed.by(client)).isInstanceOf(ConnectionLostException.class);
            }
            assertThat(dying.awaitEnd()).isEqualTo(128 + 9);
        }
    }

    private static String text(FdBoxClient client, String box, String name) throws Refused, IOException {
        try (OwnedFd copy = client.copy(box, name)) {
            return TestFds.text(copy);
        }
    }

    private List<String> payloads() throws IOException {
        try (var files = Files.list(DaemonProcess.state(folder).resolve("payload"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /// Starts a successor and answers what all three entries hold, which must be the same.
    private String afterwards() throws Exception {
        try (DaemonProcess successor = DaemonProcess.start(folder); FdBoxClient client = successor.client()) {
            assertThat(client.listBoxes()).allMatch(BoxInfo::sealed).hasSize(2);
            assertThat(payloads()).hasSize(3);
            client.unseal("b");
            client.unseal("c");
            String x = text(client, "b", "x");
            assertThat(text(client, "b", "y")).isEqualTo(x);
            assertThat(text(client, "c", "z")).isEqualTo(x);
            return x;
        }
    }

    private void saveOld() throws Exception {
        try (DaemonProcess first = DaemonProcess.start(folder);
                OwnedFd x = TestFds.memfd("old");
                OwnedFd y = TestFds.memfd("old");
                OwnedFd z = TestFds.memfd("old")) {
            saveOld(first, x, y, z);
            first.kill();
        }
    }

    /// The writer of a sealed box's memory goes on; see docs/handover.md.
    private static void renew(FdBoxClient client, List<OwnedFd> memfds) throws Refused, IOException {
        List<List<String>> places = List.of(List.of("b", "x"), List.of("b", "y"), List.of("c", "z"));
        for (int i = 0; i < memfds.size(); i++) {
            String box = places.get(i).getFirst();
            if (client.listBoxes().stream().noneMatch(info -> info.name().equals(box))) {
                client.createBox(box);
            }
            client.put(box, places.get(i).getLast(), memfds.get(i));
        }
        client.seal("b");
        client.seal("c");
        client.handover().save(Optional.empty(), _ -> {});
        for (OwnedFd memfd : memfds) {
            Contents.write(memfd, "new".getBytes(UTF_8), 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"FROZEN:2", "PAYLOAD_CREATED:4", "PAYLOAD_CREATED:6", "PAYLOAD_WRITTEN:5",
        "PAYLOAD_DURABLE:4", "PAYLOAD_DURABLE:6", "MANIFEST_WRITTEN:2", "MANIFEST_DURABLE:2",
        "MANIFEST_MOVED:2",
        "HANDOVER_DURABLE:2", "JOURNAL_FOLLOWED:2", "PAYLOADS_SWEPT:2"})
    void aSaveIsWholeOrHasNotBeen(String step) throws Exception {
        try (OwnedFd x = TestFds.memfd("old"); OwnedFd y = TestFds.memfd("old");
                OwnedFd z = TestFds.memfd("old")) {
            dieDuring(step, client -> renew(client, List.of(x, y, z)),
                    client -> client.handover().save(Optional.empty(), _ -> {}));
        }
        String name = step.substring(0, step.indexOf(':'));
        assertThat(afterwards()).isEqualTo(NEW_FROM_HERE.contains(name) ? "new" : "old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"COPY_DURABLE:1", "COPY_DURABLE:2", "PAYLOAD_CREATED:1", "PAYLOAD_CREATED:2"})
    void aPreparationLeavesNothing(String step) throws Exception {
        saveOld();
        try (OwnedFd one = TestFds.memfd("one"); OwnedFd two = TestFds.memfd("two")) {
            dieDuring(step, client -> {
                client.createBox("d");
                client.put("d", "one", one);
                client.put("d", "two", two);
            }, client -> client.prepare("d", _ -> {}));
        }
        assertThat(afterwards()).isEqualTo("old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MANIFEST_READ", "ENTRY_RESTORED:1", "ENTRY_RESTORED:3", "PAYLOADS_SWEPT",
        "BOXES_RECOVERED"})
    void aRecoveryCanBeginAgain(String step) throws Exception {
        saveOld();
        try (DaemonProcess dying = DaemonProcess.launch(folder, List.of("env", "FDBOXD_KILL_AT=" + step))) {
            assertThat(dying.awaitEnd()).isEqualTo(128 + 9);
        }
        assertThat(afterwards()).isEqualTo("old");
    }

    /// The mark is what finishes a box, whether or not somebody heard of it.
    @ParameterizedTest
    @ValueSource(strings = {"MARK_MADE", "MARKS_DURABLE"})
    void aBoxThatIsMarkedDoesNotComeBack(String step) throws Exception {
        saveOld();
        dieDuring(step, _ -> {}, client -> client.unseal("b"));
        try (DaemonProcess successor = DaemonProcess.start(folder); FdBoxClient client = successor.client()) {
            assertThat(client.listBoxes()).extracting(BoxInfo::name).containsExactly("c");
        }
    }

    @Test
    void whatWasUnsealedSinceDoesNotComeBack() throws Exception {
        saveOld();
        try (DaemonProcess second = DaemonProcess.start(folder); FdBoxClient client = second.client()) {
            client.unseal("b");
            second.kill();
        }
        try (DaemonProcess third = DaemonProcess.start(folder); FdBoxClient client = third.client()) {
            assertThat(client.listBoxes()).extracting(BoxInfo::name).containsExactly("c");
        }
    }
}
