package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a manifest says of a payload may come from a stranger's hand: nothing outside is opened, nothing
/// waits, nothing is filled.
@ExtendWith(NothingLeaks.class)
class HostilePayloadTest {

    private StateDirectory directory;
    private Path payload;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        directory = StateDirectory.open(folder.resolve("state"), Step.Watcher.NONE);
        payload = directory.root().resolve("payload/1-1");
        Files.writeString(folder.resolve("secret"), "s3cret");
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private static Map<String, Object> node(Object file, Object size, Object extents, Object crc) {
        return Map.of("file", file, "size", size, "extents", extents, "crc32c", crc);
    }

    private void assertRefused(Map<String, Object> node) {
        assertThatThrownBy(() -> new Payload(directory.payloads(), node).bytes(100))
                .isInstanceOf(HandlerRefusal.class);
        try (OwnedFd target = Memfd.create("target")) {
            assertThatThrownBy(() -> new Payload(directory.payloads(), node).into(target))
                    .isInstanceOf(HandlerRefusal.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "payload/../handover.json", "payload/../../secret", "../secret", "/etc/hostname", "payload/",
        "payload",
        "payload/1-1/../1-1", "payload/1-1.partial", "", "payload/1", "payload/-1", "payload/1-1\0x",
        "finished/1-1",
        "payload/a-b", "payload/11111111111111111111-1"
    })
    void onlyNamesOfPayloadsAreOpened(String name) throws Exception {
        Files.writeString(payload, "s3cret");
        assertRefused(node(name, 6L, List.of(), "00000000"));
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Files.createSymbolicLink(payload, directory.root().resolveSibling("secret"));
        assertRefused(node("payload/1-1", 6L, List.of(), "00000000"));
    }

    @Test
    void aFolderIsNoPayload() throws Exception {
        Files.createDirectory(payload);
        assertRefused(node("payload/1-1", Files.size(payload), List.of(), "00000000"));
    }

    @Test
    void aPipeIsNotWaitedFor() throws Exception {
        var mkfifo = new ProcessBuilder("mkfifo", payload.toString()).start();
        assumeTrue(mkfifo.waitFor() == 0, "mkfifo is missing");
        assertRefused(node("payload/1-1", 0L, List.of(), "00000000"));
    }

    @Test
    void aMissingFileIsARefusal() {
        assertRefused(node("payload/1-1", 6L, List.of(), "00000000"));
    }

    static Stream<Object> hostileExtents() {
        return Stream.of(
                "none", List.of(1L), List.of(List.of(0L)), List.of(List.of(0L, 1L, 2L)),
                List.of(List.of("0", 1L)),
                List.of(List.of(-1L, 2L)), List.of(List.of(0L, 0L)), List.of(List.of(0L, -1L)),
                List.of(List.of(0L, 7L)),
                List.of(List.of(6L, 1L)), List.of(List.of(2L, Long.MAX_VALUE)),
                List.of(List.of(Long.MAX_VALUE, 1L)),
                List.of(List.of(0L, 4L), List.of(2L, 2L)), List.of(List.of(4L, 1L), List.of(0L, 1L)));
    }

    @ParameterizedTest
    @MethodSource("hostileExtents")
    void extentsLieApartInOrderAndWithinTheSize(Object extents) throws Exception {
        Files.writeString(payload, "s3cret");
        assertRefused(node("payload/1-1", 6L, extents, "00000000"));
    }

    @Test
    void whatIsMissingOrOfAnotherTypeIsARefusal() throws Exception {
        Files.writeString(payload, "");
        assertRefused(Map.of());
        assertRefused(node(7L, 0L, List.of(), "00000000"));
        assertRefused(node("payload/1-1", "0", List.of(), "00000000"));
        assertRefused(node("payload/1-1", 0L, List.of(), 0L));
        assertRefused(node("payload/1-1", -1L, List.of(), "00000000"));
        assertRefused(node("payload/1-1", 0L, List.of(), "00000001"));
        assertThat(new Payload(directory.payloads(), node("payload/1-1", 0L, List.of(), "00000000")))
                .isNotNull();
    }
}
