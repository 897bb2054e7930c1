package org.fdbox.test.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Json;
import org.fdbox.sys.Clock;
import org.fdbox.sys.Contents;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.IpAddress;
import org.fdbox.sys.IpSocket;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.SignalFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.TimerFd;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Shell;

/// Has today's daemon write the samples of src/test/resources/golden, into a new folder.
final class GoldenMaker {

    static final int SIZE = 16 << 10;
    static final int HOLE = 8 << 10;
    static final String TAPE = "what was on the tape";
    static final long HOUR = 3_600_000_000_000L;

    private final Path folder;

    /// @param folder empty, for one sample
    GoldenMaker(Path folder) {
        this.folder = folder;
    }

    private static void put(FdBoxClient client, String box, String name, OwnedFd fd) throws Exception {
        if (client.listBoxes().stream().noneMatch(info -> info.name().equals(box))) {
            client.createBox(box);
        }
        client.put(box, name, fd);
    }

    private static void sealAll(FdBoxClient client) throws Exception {
        for (var box : client.listBoxes()) {
            if (!box.sealed()) {
                client.seal(box.name());
            }
        }
    }

    /// What needs nothing of the machine. Boxes "done" and "erased" and entry "later/dropped" are finished with.
    Path contents() throws Exception {
        writeLater();
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--accept-edited");
                FdBoxClient client = daemon.client()) {
            memories(client);
            counters(client);
            sealAll(client);
            client.handover().save(Optional.empty(), _ -> {});
            client.unseal("done");
            client.deleteBox("erased");
            client.drop("later", "dropped");
            daemon.kill();
        }
        return DaemonProcess.state(folder);
    }

    private static void memories(FdBoxClient client) throws Exception {
        try (OwnedFd ram = Memfd.create("guest ram")) {
            OpenFile.truncate(ram, SIZE);
            Contents.write(ram, "before the hole".getBytes(StandardCharsets.UTF_8), 0);
            Contents.write(ram, "behind it".getBytes(StandardCharsets.UTF_8), HOLE);
            Memfd.addSeals(ram, List.of("shrink", "grow"));
            OpenFile.chmod(ram, 0640);
            try (OwnedFd reader = OpenFile.reopen(ram, OpenFlags.RDONLY)) {
                OpenFile.seek(reader, 7);
                put(client, "memory", "ram", ram);
                put(client, "memory", "alias", ram);
                put(client, "memory", "reader", reader);
                put(client, "other", "alias", ram);
                put(client, "other", "reader", reader);
            }
        }
        for (String box : List.of("done", "erased")) {
            try (OwnedFd finished = Memfd.create("finished")) {
                put(client, box, "x", finished);
            }
        }
    }

    private static void counters(FdBoxClient client) throws Exception {
        try (OwnedFd counter = EventFd.create(42, false, true);
                OwnedFd semaphore = EventFd.create(3, true, false);
                OwnedFd timer = TimerFd.create(Clock.MONOTONIC);
                OwnedFd signals = SignalFd.create(1 << 9);
                OwnedFd nothing = OpenFile.open("/dev/null", OpenFlags.RDWR);
                Pipe.Ends pipe = Pipe.create()) {
            TimerFd.set(timer, HOUR, 0, false, false);
            Pipe.write(pipe.write(), "waits".getBytes(StandardCharsets.UTF_8));
            put(client, "counters", "counter", counter);
            put(client, "counters", "semaphore", semaphore);
            put(client, "counters", "timer", timer);
            put(client, "counters", "signals", signals);
            put(client, "counters", "null", nothing);
            put(client, "counters", "read end", pipe.read());
            put(client, "counters", "write end", pipe.write());
        }
    }

    /// Box "later" with entries of a kind that no version has, a box of a format that none has, and fields that none knows.
    private void writeLater() throws Exception {
        Path state = DaemonProcess.state(folder);
        Files.createDirectories(state.resolve("payload"));
        Shell.run(List.of("chmod", "700", state.toString()));
        byte[] tape = TAPE.getBytes(StandardCharsets.UTF_8);
        var crc = new CRC32C();
        crc.update(tape);
        Files.write(state.resolve("payload/1-1"), tape);
        Files.writeString(state.resolve("payload/1-2"), "of another format");
        Map<String, Object> payload = Map.of("file", "payload/1-1", "size", (long) tape.length, "extents",
                List.of(List.of(0L, (long) tape.length)), "crc32c",
                HexFormat.of().toHexDigits((int) crc.getValue()));
        var tapeNode = new LinkedHashMap<String,
                Object>(Map.of("name", "tape", "compatible", "vendor,tape-v7",
                        "putterUid", 0L, "putUSec", 1L, "properties", Map.of("label", "7"), "payload",
                        payload));
        tapeNode.put("future", List.of("kept", 7L));
        var dropped = new LinkedHashMap<String, Object>(tapeNode);
        dropped.put("name", "dropped");
        Map<String, Object> box = Map.of("compatible", "fdbox,box-v1", "name", "later", "owner", 0L, "group",
                0L, "mode", "0700", "createdUSec", 1L, "fds", List.of(tapeNode, dropped), "colour", "green");
        Map<String, Object> strange = Map.of("compatible", "fdbox,box-v9", "name", "strange", "parts",
                List.of(Map.of("at", "payload/1-2")));
        Map<String,
                Object> manifest = Map.of("compatible", "fdbox-v1", "generation", 1L, "writtenBy", "a person",
                        "savedUSec", 1L, "bootId", "none", "boxes", List.of(box, strange), "origin",
                        "a sample");
        Files.write(state.resolve("handover.json"), Json.write(manifest));
    }

    /// What is known by names. They are placeholders afterwards.
    Path names() throws Exception {
        Path files = populate(folder);
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            files(client, files);
            sockets(client, files);
            sealAll(client);
            assertThat(daemon.terminate()).isZero();
            assertThat(daemon.log()).doesNotContain("not saved");
        }
        Path manifest = DaemonProcess.state(folder).resolve("handover.json");
        Files.writeString(manifest,
                Files.readString(manifest).replace(files.toString(), GoldenSample.FOLDER));
        return DaemonProcess.state(folder);
    }

    /// The files that the sample "names" names.
    static Path populate(Path folder) throws Exception {
        Path files = Files.createDirectory(folder.resolve("files"));
        Files.writeString(files.resolve("log"), "one line\n");
        Files.createSymbolicLink(files.resolve("link"), Path.of("log"));
        assertThat(Shell.run(List.of("mkfifo", files.resolve("fifo").toString())).status()).isZero();
        return files;
    }

    private static void files(FdBoxClient client, Path files) throws Exception {
        try (OwnedFd log =
                OpenFile.open(files.resolve("log").toString(), OpenFlags.WRONLY | OpenFlags.APPEND);
                OwnedFd link = OpenFile.open(files.resolve("link").toString(),
                        OpenFlags.PATH | OpenFlags.NOFOLLOW);
                OwnedFd fifo = OpenFile.open(files.resolve("fifo").toString(), OpenFlags.RDWR);
                OwnedFd directory = OpenFile.open(files.toString(), OpenFlags.DIRECTORY);
                OwnedFd unnamed = OpenFile.unnamed(directory)) {
            Pipe.write(fifo, "waits in it".getBytes(StandardCharsets.UTF_8));
            Contents.write(unnamed, "without a name".getBytes(StandardCharsets.UTF_8), 0);
            put(client, "files", "log", log);
            put(client, "files", "link", link);
            put(client, "files", "fifo", fifo);
            put(client, "files", "directory", directory);
            put(client, "files", "unnamed", unnamed);
        }
    }

    private static void sockets(FdBoxClient client, Path files) throws Exception {
        var loopback = new IpAddress("127.0.0.1", 0, 0);
        try (OwnedFd listener = UnixSocket.listen(new UnixAddress(files.resolve("listener").toString()),
                SocketFacts.STREAM, 4);
                OwnedFd datagrams = UnixSocket.bind(new UnixAddress(files.resolve("datagrams").toString()),
                        SocketFacts.DATAGRAM);
                OwnedFd tcp = IpSocket.create(false, SocketFacts.STREAM);
                OwnedFd udp = IpSocket.create(false, SocketFacts.DATAGRAM)) {
            IpSocket.bind(tcp, loopback);
            UnixSocket.listen(tcp, 4);
            IpSocket.bind(udp, loopback);
            put(client, "sockets", "listener", listener);
            put(client, "sockets", "datagrams", datagrams);
            put(client, "sockets", "tcp", tcp);
            put(client, "sockets", "udp", udp);
        }
    }
}
