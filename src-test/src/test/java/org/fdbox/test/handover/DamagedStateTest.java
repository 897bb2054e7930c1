package org.fdbox.test.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Extents;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A state directory that is not as it was written: what can be told apart comes back, and what cannot is refused with nothing
/// touched.
class DamagedStateTest {

    private static final int PAGE = 4096;
    private static final int LIMIT = 200;

    @TempDir
    Path folder;

    private Path state() {
        return DaemonProcess.state(folder);
    }

    private void save(Map<String, OwnedFd> entries) throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            client.createBox("b");
            client.putMany("b", entries, false);
            client.seal("b");
            assertThat(daemon.terminate()).isZero();
        } finally {
            entries.values().forEach(OwnedFd::close);
        }
    }

    private static void flipABit(Path file, long at) throws Exception {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.flip();
            channel.write(ByteBuffer.wrap(new byte[]{(byte) (one.get() ^ 4)}), at);
        }
    }

    /// Every file with what is in it.
    private Map<String, String> everything() throws Exception {
        var all = new TreeMap<String, String>();
        try (var files = Files.walk(state())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.put(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all;
    }

    private void assertRefusedUntouched(String... reasons) throws Exception {
        Map<String, String> before = everything();
        try (DaemonProcess refused = DaemonProcess.launch(folder, List.of(), "--accept-edited")) {
            assertThat(refused.awaitEnd()).isEqualTo(1);
            assertThat(refused.log()).contains(reasons).contains(state().toString()).doesNotContain("java.");
        }
        assertThat(everything().equals(before)).as("nothing was touched").isTrue();
    }

    @Test
    void damagedContentsWaitAndTheOthersComeBack() throws Exception {
        save(new TreeMap<>(Map.of("flipped", TestFds.memfd("1"), "intact", TestFds.memfd("2"),
                "missing", TestFds.memfd("3"), "truncated", TestFds.memfd("44"))));
        flipABit(state().resolve("payload/1-1"), 0);
        Files.delete(state().resolve("payload/1-3"));
        try (FileChannel file = FileChannel.open(state().resolve("payload/1-4"), StandardOpenOption.WRITE)) {
            file.truncate(1);
        }
        for (int life = 0; life < 2; life++) {
            try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
                assertThat(client.handover().status().pending()).extracting(left -> left.name().orElseThrow())
                        .containsExactly("flipped", "missing", "truncated");
                assertThat(client.handover().status().pending()).extracting(left -> left.reason())
                        .satisfiesExactly(
                                flipped -> assertThat(flipped).contains("payload/1-1 is damaged", "checksum"),
                                missing -> assertThat(missing).contains("payload/1-3", "no such file"),
                                truncated -> assertThat(truncated).contains("has 1 bytes and should have 2"));
                assertThat(daemon.terminate()).isZero();
            }
        }
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            client.unseal("b");
            try (OwnedFd back = client.take("b", "intact")) {
                assertThat(TestFds.text(back)).isEqualTo("2");
            }
        }
    }

    @Test
    void aFlippedBitInTheManifestRefusesTheStartAndTouchesNothing() throws Exception {
        save(Map.of("x", TestFds.memfd("1")));
        Path manifest = state().resolve("handover.json");
        flipABit(manifest, Files.readString(manifest).indexOf("putUSec") + 12);
        Map<String, String> before = everything();
        try (DaemonProcess refused = DaemonProcess.launch(folder, List.of())) {
            assertThat(refused.awaitEnd()).isEqualTo(1);
            assertThat(refused.log()).contains("its checksum is", "damaged", "--accept-edited");
        }
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void aLaterFormatRefusesTheStartAndTouchesNothing() throws Exception {
        Files.createDirectories(state().resolve("payload"));
        Shell.run(List.of("chmod", "700", state().toString()));
        Files.writeString(state().resolve("handover.json"), "{\"compatible\":\"fdbox-v2\",\"parts\":[1]}");
        Files.writeString(state().resolve("payload/x"), "of the later version");
        Files.writeString(state().resolve("payload/1-1.partial"), "of the later version too");
        Files.writeString(state().resolve("lock"), "");
        assertRefusedUntouched("it is \"fdbox-v2\", and this version reads fdbox-v1", "newer");
    }

    /// More than the heap of bin/fdboxd can hold.
    @Test
    void aManifestOfAMillionEntriesIsRefusedWithWhatToDo() throws Exception {
        Files.createDirectories(state().resolve("payload"));
        Shell.run(List.of("chmod", "700", state().toString()));
        Files.writeString(state().resolve("payload/1-1"), "intact");
        Files.writeString(state().resolve("lock"), "");
        var text = new StringBuilder(60 << 20)
                .append("{\"compatible\":\"fdbox-v1\",\"generation\":1,\"boxes\":[")
                .append("{\"compatible\":\"fdbox,box-v1\",\"name\":\"b\",\"owner\":0,\"group\":0,\"mode\":\"0700\",\"fds\":[");
        for (int i = 0; i < 1_000_000; i++) {
            text.append(i == 0 ? "" : ",").append("{\"name\":\"e").append(i)
                    .append("\",\"compatible\":\"x,y-v1\"}");
        }
        Files.writeString(state().resolve("handover.json"), text.append("]}]}"));
        assertRefusedUntouched("more memory", "FDBOXD_HEAP", "nothing was touched");
    }

    @Test
    void aManifestBeyondTheLimitIsRefusedWithoutReadingIt() throws Exception {
        Files.createDirectories(state());
        Shell.run(List.of("chmod", "700", state().toString()));
        Path manifest = Files.createFile(state().resolve("handover.json"));
        try (FileChannel sparse = FileChannel.open(manifest, StandardOpenOption.WRITE)) {
            sparse.write(ByteBuffer.wrap(new byte[]{'}'}), 300L << 20);
        }
        try (DaemonProcess refused = DaemonProcess.launch(folder, List.of())) {
            assertThat(refused.awaitEnd()).isEqualTo(1);
            assertThat(refused.log()).contains("handover.json has 314572801 bytes", "268435456")
                    .doesNotContain("java.");
        }
        assertThat(Files.size(manifest)).isEqualTo((300L << 20) + 1);
    }

    @Test
    void thousandsOfExtentsComeBackToTheLastHole() throws Exception {
        int runs = 5_000;
        OwnedFd memory = Memfd.create("sparse");
        OpenFile.truncate(memory, 2L * runs * PAGE);
        for (int i = 0; i < runs; i++) {
            Contents.write(memory, new byte[]{(byte) (i | 1)}, 2L * i * PAGE);
        }
        Extents before = Contents.dataExtents(memory, 2L * runs * PAGE);
        assertThat(before).hasSize(runs);
        save(Map.of("x", memory));
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            client.unseal("b");
            try (OwnedFd back = client.take("b", "x")) {
                assertThat(Contents.dataExtents(back, 2L * runs * PAGE)).isEqualTo(before);
                assertThat(Contents.read(back, 2L * 4_998 * PAGE, 1)).containsExactly((byte) (4_998 | 1));
            }
        }
    }

    /// A daemon that is full saves all the same; its successor, with fewer numbers, holds what fits and keeps the rest.
    @Test
    void descriptorNumbersThatDoNotSuffice() throws Exception {
        assumeTrue(Shell.has("prlimit"), "prlimit of util-linux is not installed");
        int held;
        try (DaemonProcess daemon = limited(LIMIT); FdBoxClient client = daemon.client()) {
            held = fill(client);
            client.seal("full");
            assertThat(client.handover().save(Optional.empty(), _ -> {}).leftOut()).contains(List.of());
            assertThat(daemon.terminate()).isZero();
        }
        try (DaemonProcess daemon = limited(LIMIT * 3 / 4); FdBoxClient client = daemon.client()) {
            assertThat(client.handover().status().pending()).isNotEmpty().hasSizeLessThan(held)
                    .allSatisfy(left -> assertThat(left.reason()).contains("no descriptor numbers left",
                            "raise"));
            assertThat(daemon.terminate()).isZero();
        }
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            assertThat(client.handover().status().pending()).isEmpty();
            assertThat(client.handover().status().recoveredEntries()).isEqualTo(held);
            client.unseal("full");
            try (OwnedFd last = client.take("full", Integer.toString(held - 1))) {
                assertThat(TestFds.text(last)).isEqualTo("entry " + (held - 1));
            }
        }
    }

    private DaemonProcess limited(int descriptors) throws Exception {
        return DaemonProcess.startBy(folder,
                List.of("prlimit", "--nofile=" + descriptors + ":" + descriptors));
    }

    private static int fill(FdBoxClient client) throws Exception {
        client.createBox("full");
        for (int i = 0;; i++) {
            try (OwnedFd memory = TestFds.memfd("entry " + i)) {
                client.put("full", Integer.toString(i), memory);
            } catch (Refused.OutOfFileDescriptors full) {
                return i;
            }
        }
    }
}
