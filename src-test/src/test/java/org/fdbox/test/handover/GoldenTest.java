package org.fdbox.test.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.HandlerRegistration;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Json;
import org.fdbox.sys.Contents;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.IpSocket;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.SameDescription;
import org.fdbox.sys.SignalFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.Stat;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.TimerFd;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/// What an earlier version saved, this one reads, to the last detail: the format is a contract.
class GoldenTest {

    private static final String MAKE = "FDBOX_MAKE_GOLDEN";

    @TempDir
    Path folder;

    /// For a person: see golden/README.md.
    @Test
    @EnabledIfEnvironmentVariable(named = MAKE, matches = ".+")
    void makeNewSamples() throws Exception {
        Path target = Path.of(System.getenv(MAKE));
        GoldenSample.copy(new GoldenMaker(Files.createDirectory(folder.resolve("contents"))).contents(),
                Files.createDirectory(target.resolve("contents")));
        GoldenSample.copy(new GoldenMaker(Files.createDirectory(folder.resolve("names"))).names(),
                Files.createDirectory(target.resolve("names")));
    }

    private DaemonProcess start() throws Exception {
        return DaemonProcess.start(folder, "--accept-edited");
    }

    /// As it was written, to the bit: the checksums hold.
    @Test
    void theChecksumsHold() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "the boxes of the sample are root's");
        GoldenSample.copy(GoldenSample.of("contents"), DaemonProcess.state(folder));
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            assertThat(client.handover().status().generation()).isEqualTo(2);
            checkContents(daemon, client);
        }
    }

    /// Also by way of a save of this version.
    @Test
    void contentsComeBack() throws Exception {
        Path state = DaemonProcess.state(folder);
        GoldenSample.copy(GoldenSample.of("contents"), state);
        GoldenSample.fillIn(state, folder);
        Map<String, Object> before = Json.readObject(Files.readAllBytes(state.resolve("handover.json")));
        for (int life = 0; life < 2; life++) {
            try (DaemonProcess daemon = start()) {
                assertThat(daemon.terminate()).isZero();
            }
        }
        Map<String, Object> after = Json.readObject(Files.readAllBytes(state.resolve("handover.json")));
        assertThat(after.get("origin")).isEqualTo("a sample");
        assertThat(box(after, "strange")).isEqualTo(box(before, "strange"));
        assertThat(box(after, "later").get("colour")).isEqualTo("green");
        assertThat(entries(after, "later")).containsExactly(entries(before, "later").getFirst());
        assertThat(state.resolve("payload/1-2")).hasContent("of another format");
        try (DaemonProcess daemon = start(); FdBoxClient client = daemon.client()) {
            checkContents(daemon, client);
        }
    }

    private static Map<?, ?> box(Map<String, Object> manifest, String name) {
        return ((List<?>) manifest.get("boxes")).stream().map(box -> (Map<?, ?>) box)
                .filter(box -> name.equals(box.get("name"))).findFirst().orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static List<Object> entries(Map<String, Object> manifest, String name) {
        return (List<Object>) box(manifest, name).get("fds");
    }

    private static void checkContents(DaemonProcess daemon, FdBoxClient client) throws Exception {
        assertThat(client.listBoxes()).extracting(BoxInfo::name)
                .containsExactlyInAnyOrder("memory", "other", "counters", "later");
        assertThat(client.listBoxes()).allMatch(BoxInfo::sealed);
        assertThat(client.handover().status().lost()).isEmpty();
        assertThat(client.handover().status().pending())
                .extracting(left -> left.box() + left.name().orElse(""))
                .containsExactlyInAnyOrder("latertape", "strange");
        checkTape(daemon, client);
        for (BoxInfo box : client.listBoxes()) {
            client.unseal(box.name());
        }
        checkMemory(client);
        checkCounters(client);
    }

    private static void checkTape(DaemonProcess daemon, FdBoxClient client) throws Exception {
        try (FdBoxClient registering = daemon.client();
                HandlerRegistration.ToRestore wanted =
                        registering.handover().registerHandler("vendor,tape-v7").next();
                OwnedFd made = TestFds.memfd("the tape again")) {
            assertThat(wanted.entry().properties()).containsEntry("label", "7");
            assertThat(TestFds.text(wanted.payload().orElseThrow())).isEqualTo(GoldenMaker.TAPE);
            client.handover().restored(wanted.id(), made);
        }
    }

    private static void checkMemory(FdBoxClient client) throws Exception {
        try (OwnedFd ram = client.copy("memory", "ram");
                OwnedFd alias = client.copy("memory", "alias");
                OwnedFd reader = client.copy("memory", "reader");
                OwnedFd otherAlias = client.copy("other", "alias");
                OwnedFd otherReader = client.copy("other", "reader")) {
            assertThat(SameDescription.aliases(List.of(ram, alias, otherAlias))).hasSize(2);
            assertThat(SameDescription.aliases(List.of(reader, otherReader))).hasSize(1);
            assertThat(SameDescription.aliases(List.of(ram, reader))).isEmpty();
            assertThat(Stat.of(reader).inode()).isEqualTo(Stat.of(ram).inode());
            assertThat(OpenFile.position(reader)).isEqualTo(7);
            assertThat(new FdFacts(reader).flags() & OpenFlags.ACCESS_MODE).isEqualTo(OpenFlags.RDONLY);
            assertThat(new FdFacts(ram).link()).isEqualTo("/memfd:guest ram (deleted)");
            assertThat(Stat.of(ram).size()).isEqualTo(GoldenMaker.SIZE);
            assertThat(Stat.of(ram).permissions()).isEqualTo(0640);
            assertThat(Memfd.seals(ram)).containsExactlyInAnyOrder("shrink", "grow");
            assertThat(text(ram, 0, 15)).isEqualTo("before the hole");
            assertThat(text(ram, GoldenMaker.HOLE, 9)).isEqualTo("behind it");
            assertThat(Contents.dataExtents(ram, GoldenMaker.SIZE)).hasSize(2);
        }
    }

    private static String text(OwnedFd file, long at, int length) {
        return new String(Contents.read(file, at, length), StandardCharsets.UTF_8);
    }

    private static void checkCounters(FdBoxClient client) throws Exception {
        try (OwnedFd counter = client.take("counters", "counter");
                OwnedFd semaphore = client.take("counters", "semaphore");
                OwnedFd timer = client.take("counters", "timer");
                OwnedFd signals = client.take("counters", "signals");
                OwnedFd nothing = client.take("counters", "null");
                OwnedFd read = client.take("counters", "read end");
                OwnedFd write = client.take("counters", "write end")) {
            assertThat(EventFd.read(counter)).isEqualTo(42);
            assertThat(EventFd.read(semaphore)).isEqualTo(1);
            TimerFd.State state = TimerFd.state(timer);
            assertThat(state.interval()).isZero();
            assertThat(state.remaining()).isLessThanOrEqualTo(GoldenMaker.HOUR);
            assertThat(SignalFd.mask(signals)).isEqualTo(1 << 9);
            assertThat(new FdFacts(nothing).link()).isEqualTo("/dev/null");
            Pipe.write(write, "!".getBytes(StandardCharsets.UTF_8));
            assertThat(new String(Pipe.read(read, 6), StandardCharsets.UTF_8)).isEqualTo("waits!");
        }
    }

    @Test
    void namesComeBackWhereTheyAre() throws Exception {
        Path state = DaemonProcess.state(folder);
        GoldenSample.copy(GoldenSample.of("names"), state);
        Path files = GoldenMaker.populate(folder);
        GoldenSample.fillIn(state, files);
        try (DaemonProcess daemon = start(); FdBoxClient client = daemon.client()) {
            assertThat(client.handover().status().pending()).isEmpty();
            assertThat(client.handover().status().lost()).isEmpty();
            client.unseal("files");
            client.unseal("sockets");
            checkFiles(client, files);
            checkSockets(client, files);
        }
    }

    private static void checkFiles(FdBoxClient client, Path files) throws Exception {
        try (OwnedFd log = client.take("files", "log");
                OwnedFd link = client.take("files", "link");
                OwnedFd fifo = client.take("files", "fifo");
                OwnedFd directory = client.take("files", "directory");
                OwnedFd unnamed = client.take("files", "unnamed")) {
            Pipe.write(log, "another\n".getBytes(StandardCharsets.UTF_8));
            assertThat(files.resolve("log")).hasContent("one line\nanother\n");
            assertThat(new FdFacts(link).link()).isEqualTo(files.resolve("link").toString());
            assertThat(new String(Pipe.read(fifo, 11), StandardCharsets.UTF_8)).isEqualTo("waits in it");
            assertThat(new FdFacts(directory).link()).isEqualTo(files.toString());
            assertThat(TestFds.text(unnamed)).isEqualTo("without a name");
            assertThat(Stat.of(unnamed).links()).isZero();
        }
    }

    private static void checkSockets(FdBoxClient client, Path files) throws Exception {
        try (OwnedFd listener = client.take("sockets", "listener");
                OwnedFd datagrams = client.take("sockets", "datagrams");
                OwnedFd tcp = client.take("sockets", "tcp");
                OwnedFd udp = client.take("sockets", "udp")) {
            var address = new UnixAddress(files.resolve("listener").toString());
            try (OwnedFd _ = UnixSocket.connect(address, SocketFacts.STREAM)) {
                Optional<OwnedFd> accepted = UnixSocket.accept(listener);
                accepted.ifPresent(OwnedFd::close);
                assertThat(accepted).isPresent();
            }
            assertThat(SocketFacts.of(datagrams).address())
                    .contains(new UnixAddress(files.resolve("datagrams").toString()));
            assertThat(IpSocket.backlog(tcp)).isEqualTo(4);
            assertThat(SocketFacts.of(udp).type()).isEqualTo(SocketFacts.DATAGRAM);
        }
    }
}
