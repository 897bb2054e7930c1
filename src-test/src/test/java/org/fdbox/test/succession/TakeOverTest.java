package org.fdbox.test.succession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.Lease;
import org.fdbox.client.Watch;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SameDescription;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Descriptors;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.RawClient;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a daemon holds, and whatever its clients are in the middle of, goes on with its successor.
class TakeOverTest {

    @TempDir
    Path folder;

    private DaemonProcess daemon;
    private FdBoxClient client;

    @BeforeEach
    void aDaemonWithABox() throws Exception {
        daemon = DaemonProcess.start(folder);
        client = daemon.client();
        client.createBox("b");
    }

    @AfterEach
    void end() {
        client.close();
        daemon.close();
    }

    /// Has a successor take over, after which it is the daemon.
    private void takeOver(String... options) throws Exception {
        var all = new ArrayList<>(List.of(options));
        all.add("--take-over");
        DaemonProcess successor = DaemonProcess.launch(folder, List.of(), all.toArray(String[]::new));
        daemon.awaitSucceeded(successor);
        daemon = successor;
        successor.awaitServing();
    }

    private int open() throws Exception {
        return Descriptors.of(daemon.pid()).values().stream().mapToInt(Integer::intValue).sum();
    }

    private void put(String box, String name, OwnedFd fd) throws Exception {
        try (fd) {
            client.put(box, name, fd);
        }
    }

    private String text(String box, String name) throws Exception {
        try (OwnedFd copy = client.copy(box, name)) {
            return TestFds.text(copy);
        }
    }

    @Test
    void everyBoxAndEveryDescriptorMoves() throws Exception {
        put("b", "memory", TestFds.memfd("contents"));
        put("b", "event", EventFd.create(7, false, true));
        try (UnixSocket.Pair pair = UnixSocket.pair()) {
            client.put("b", "connection", pair.one());
            client.put("b", "same", pair.one());
            client.createBox("sealed", OptionalInt.of(0750));
            put("sealed", "memory", TestFds.memfd("sealed contents"));
            client.seal("sealed");
            List<BoxInfo> boxes = client.listBoxes();
            Reply.Entries entries = client.list("b");

            takeOver();

            assertThat(client.listBoxes()).isEqualTo(boxes);
            assertThat(client.list("b").entries()).isEqualTo(entries.entries());
            assertThat(text("b", "memory")).isEqualTo("contents");
            client.unseal("sealed");
            assertThat(text("sealed", "memory")).isEqualTo("sealed contents");
        }
        try (OwnedFd one = client.take("b", "connection"); OwnedFd same = client.take("b", "same")) {
            assertThat(SameDescription.are(one, same)).isTrue();
        }
        try (OwnedFd event = client.take("b", "event")) {
            assertThat(EventFd.read(event)).isEqualTo(7);
        }
    }

    @Test
    void aSuccessorOfASuccessorHasAllOfIt() throws Exception {
        for (int i = 0; i < 600; i++) {
            put("b", "x" + i, EventFd.create(i, false, true));
        }
        takeOver();
        takeOver();
        for (int i : List.of(0, 299, 599)) {
            try (OwnedFd event = client.take("b", "x" + i)) {
                assertThat(EventFd.read(event)).isEqualTo(i);
            }
        }
        assertThat(client.list("b").entries()).hasSize(597);
        client.deleteBox("b");
        int open = open();
        takeOver();
        takeOver();
        Eventually.holds("it has no more descriptors than its predecessors", () -> open() == open);
    }

    @Test
    void leasesGoOn() throws Exception {
        put("b", "x", TestFds.memfd("x"));
        put("b", "y", TestFds.memfd("y"));
        try (FdBoxClient other = daemon.client(); Lease lease = client.lease("b", List.of("x"))) {
            try (Lease its = other.lease("b", List.of("y"))) {
                takeOver();
                assertThat(client.list("b").entries()).extracting(EntryInfo::state)
                        .containsOnly(EntryInfo.State.LEASED);
                lease.confirm();
                assertThat(its.descriptors()).hasSize(1);
            }
        }
        try (Watch watch = daemon.client().monitor(Optional.of("b"))) {
            watch.next();
            // The other's came back with the end of its connection, now or before.
            while (client.list("b").entries().getFirst().state() == EntryInfo.State.LEASED) {
                assertThat(watch.next().event()).isEqualTo("returned");
            }
        }
        assertThat(client.list("b").entries()).extracting(EntryInfo::name).containsExactly("y");
        assertThat(text("b", "y")).isEqualTo("y");
        try (Lease next = client.lease("b", List.of("y"))) {
            next.confirm();
        }
    }

    @Test
    void aWatchGoesOnWithoutAGap() throws Exception {
        try (Watch watch = daemon.client().monitor(Optional.empty())) {
            put("b", "x", TestFds.memfd("x"));
            takeOver();
            put("b", "y", TestFds.memfd("y"));
            var seen = new ArrayList<String>();
            for (long number = 0; seen.isEmpty() || !seen.getLast().equals("put y"); number++) {
                Reply.Happened event = watch.next();
                assertThat(event.sequence()).isEqualTo(number);
                seen.add(event.event() + event.name().map(name -> " " + name).orElse(""));
            }
            assertThat(seen).containsExactly("ready", "put x", "freezing", "committed", "put y");
        }
    }

    @Test
    void aHandleGoesOn() throws Exception {
        put("b", "x", TestFds.memfd("x"));
        try (FdBoxClient handle = FdBoxClient.over(client.open("b", Optional.of(
                Set.of(org.fdbox.protocol.HandleRight.LIST, org.fdbox.protocol.HandleRight.COPY))))) {
            takeOver();
            try (OwnedFd copy = handle.copy("b", "x")) {
                assertThat(TestFds.text(copy)).isEqualTo("x");
            }
            assertThatThrownBy(() -> handle.take("b", "x")).isInstanceOf(Refused.AccessDenied.class);
            client.deleteBox("b");
            assertThatThrownBy(() -> handle.list("b")).isInstanceOfAny(Refused.NoSuchBox.class,
                    java.io.IOException.class);
        }
    }

    /// The first half of a request, with its descriptor, reached the predecessor; the second reaches the successor.
    @Test
    void aHalfRequestIsCompletedThere() throws Exception {
        String request =
                "{\"method\":\"org.fdbox.Store.Put\",\"parameters\":{\"box\":\"b\",\"name\":\"half\"}}␀";
        try (RawClient raw = RawClient.connect(daemon); OwnedFd memfd = TestFds.memfd("half")) {
            raw.send(request.substring(0, 40), memfd);
            takeOver();
            raw.send(request.substring(40));
            assertThat(raw.receive()).containsKey("parameters");
        }
        assertThat(text("b", "half")).isEqualTo("half");
    }

    /// More replies than the socket takes wait at the predecessor, and more requests behind them.
    @Test
    void whatWasAskedIsAnsweredThereInOrder() throws Exception {
        for (int i = 0; i < 300; i++) {
            put("b", "x" + i, EventFd.create(i, false, true));
        }
        String list = "{\"method\":\"org.fdbox.Store.List\",\"parameters\":{\"box\":\"b\"}}␀";
        String info = "{\"method\":\"org.varlink.service.GetInfo\"}␀";
        try (RawClient raw = RawClient.connect(daemon)) {
            raw.send((list + info).repeat(20));
            takeOver();
            for (int i = 0; i < 20; i++) {
                Map<String, Object> entries = raw.receive();
                assertThat((Map<?, ?>) entries.get("parameters")).hasSize(2);
                assertThat((Map<?, ?>) raw.receive().get("parameters")).hasSize(5);
            }
        }
    }

    @Test
    void theSuccessorSavesAndItsOwnSuccessorRestores() throws Exception {
        put("b", "x", TestFds.memfd("saved"));
        client.seal("b");
        client.handover().save(Optional.empty(), _ -> {});
        takeOver();
        client.unseal("b");
        put("b", "y", TestFds.memfd("y"));
        client.seal("b");
        assertThat(client.handover().status().generation()).isEqualTo(1);
        assertThat(daemon.terminate()).isZero();
        client.close();
        daemon = DaemonProcess.start(folder);
        client = daemon.client();
        client.unseal("b");
        assertThat(text("b", "x")).isEqualTo("saved");
        assertThat(text("b", "y")).isEqualTo("y");
    }

    @Test
    void whereNobodyServesThereIsNothingToTakeOver() throws Exception {
        client.close();
        assertThat(daemon.terminate()).isZero();
        try (DaemonProcess alone = DaemonProcess.launch(folder, List.of(), "--take-over")) {
            assertThat(alone.awaitEnd()).isEqualTo(1);
            assertThat(alone.log()).contains("no daemon can be taken over at");
        }
        assertThat(Files.exists(daemon.socket())).isFalse();
    }

    @Test
    void anotherStateDirectoryIsRefusedAndThePredecessorServesOn() throws Exception {
        put("b", "x", TestFds.memfd("x"));
        Path other = Files.createDirectory(folder.resolve("other"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(other.resolve("lock"));
        try (DaemonProcess wrong = DaemonProcess.launch(folder, List.of(), "--take-over", "--state-dir",
                other.toString())) {
            assertThat(wrong.awaitEnd()).isEqualTo(1);
            assertThat(wrong.log()).contains("--state-dir");
        }
        assertThat(text("b", "x")).isEqualTo("x");
        daemon.awaitLog("not taken over, and serving on");
        takeOver();
        assertThat(text("b", "x")).isEqualTo("x");
    }

    @Test
    void manyBytesOnTheirWayMove() throws Exception {
        byte[] name = "n".repeat(200).getBytes(StandardCharsets.UTF_8);
        String put = "{\"method\":\"org.fdbox.Store.Put\",\"parameters\":{\"box\":\"b\",\"name\":\""
                + new String(name, StandardCharsets.UTF_8) + "\"}}";
        try (RawClient raw = RawClient.connect(daemon)) {
            raw.send("{\"method\":\"org.fdbox.Store.List\",\"parameters\":{\"box\":\"b\",\"pad\":\""
                    + "x".repeat(700_000));
            takeOver();
            raw.send("\"}}␀" + put.replace("Put", "Drop") + "␀");
            assertThat(raw.error()).isEqualTo("InvalidParameter");
            assertThat(raw.error()).isEqualTo("NoSuchFd");
        }
    }
}
