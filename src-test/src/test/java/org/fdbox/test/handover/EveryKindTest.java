package org.fdbox.test.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.DaemonProcess;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every kind that can come back does, as it was, over two rounds in a row, and works.
class EveryKindTest {

    private static final List<String> BOXES = List.of("one", "other");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void comesBackAsItWas(Ending ending) throws Exception {
        Path files = Files.createDirectory(folder.resolve("files"));
        Map<String, Snapshot> before;
        DaemonProcess daemon = DaemonProcess.start(folder);
        try (Specimens specimens = Specimens.in(files)) {
            before = Specimens.snapshots(specimens.byName());
            putAll(daemon, specimens);
        }
        for (int round = 1; round <= 2; round++) {
            ending.end(daemon);
            daemon.close();
            daemon = DaemonProcess.start(folder);
        }
        try (var last = daemon; FdBoxClient client = last.client()) {
            assertThat(client.handover().status().pending()).isEmpty();
            assertThat(client.handover().status().lost()).isEmpty();
            check(client, files, before);
            for (String box : BOXES) {
                client.deleteBox(box);
            }
        }
    }

    private static void putAll(DaemonProcess daemon, Specimens specimens) throws Exception {
        OwnedFd memory = specimens.byName().get("memory sealed");
        OwnedFd file = specimens.byName().get("file reading");
        try (FdBoxClient client = daemon.client()) {
            for (String box : BOXES) {
                client.createBox(box);
            }
            client.putMany("one", specimens.byName(), false);
            client.putMany("one", Map.of("memory, alias", memory), false);
            client.putMany("other", Map.of("memory, elsewhere", memory, "file, elsewhere", file), false);
            for (String box : BOXES) {
                client.seal(box);
            }
        }
    }

    private static void check(FdBoxClient client, Path files, Map<String, Snapshot> before) throws Exception {
        for (String box : BOXES) {
            assertThat(client.list(box).box().sealed()).isTrue();
            client.unseal(box);
        }
        assertThat(client.list("one").entries())
                .filteredOn(entry -> entry.name().equals("memory, alias"))
                .extracting(EntryInfo::sameAs)
                .containsExactly(Optional.of("memory sealed"));
        Map<String, OwnedFd> one = client.copyMany("one", Optional.empty());
        Map<String, OwnedFd> other = client.copyMany("other", Optional.empty());
        try {
            OwnedFd alias = one.remove("memory, alias");
            assertThat(Specimens.snapshots(one)).isEqualTo(before);
            share(one.get("memory sealed"), alias);
            share(one.get("memory sealed"), other.get("memory, elsewhere"));
            share(one.get("file reading"), other.get("file, elsewhere"));
            alias.close();
            work(one, files);
        } finally {
            one.values().forEach(OwnedFd::close);
            other.values().forEach(OwnedFd::close);
        }
    }

    /// One open file description has one position.
    private static void share(OwnedFd one, OwnedFd other) {
        long moved = OpenFile.position(one) + 1;
        OpenFile.seek(one, moved);
        assertThat(OpenFile.position(other)).isEqualTo(moved);
    }

    private static void work(Map<String, OwnedFd> back, Path files) throws Exception {
        EventFd.add(back.get("semaphore"), 1);
        assertThat(EventFd.read(back.get("semaphore"))).isEqualTo(1);
        assertThat(EventFd.read(back.get("counter"))).isEqualTo(0x1234_5678_9abcL);
        assertThat(EventFd.read(back.get("counter"))).isZero();
        Pipe.write(back.get("pipe, to write"), "!".getBytes(StandardCharsets.UTF_8));
        byte[] read = Pipe.read(back.get("pipe, to read"), Specimens.WAITING.length() + 1);
        assertThat(new String(read, StandardCharsets.UTF_8)).isEqualTo(Specimens.WAITING + "!");
        Pipe.write(back.get("file appending"), "another\n".getBytes(StandardCharsets.UTF_8));
        assertThat(files.resolve("a log.txt")).hasContent("one line\nanother\n");
        accepts(back.get("listener at a path"), Specimens.path(files), SocketFacts.STREAM);
        accepts(back.get("listener, abstract"), Specimens.abstractName(), SocketFacts.SEQPACKET);
    }

    private static void accepts(OwnedFd listener, UnixAddress address, int type) {
        try (OwnedFd _ = UnixSocket.connect(address, type)) {
            Optional<OwnedFd> accepted = UnixSocket.accept(listener);
            accepted.ifPresent(OwnedFd::close);
            assertThat(accepted).isPresent();
        }
    }
}
