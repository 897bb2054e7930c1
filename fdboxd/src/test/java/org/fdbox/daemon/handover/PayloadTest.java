package org.fdbox.daemon.handover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Contents come back to the bit, holes as holes, or not at all.
@ExtendWith(NothingLeaks.class)
class PayloadTest {

    private static final String NAME = "payload/1-1";
    private static final int FAR = 1 << 20;

    private StateDirectory directory;
    private Path file;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        directory = StateDirectory.open(folder.resolve("state"), Step.Watcher.NONE);
        file = directory.root().resolve(NAME);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private ContentsWriter writer(LongConsumer copied) {
        return new ContentsWriter(directory.payloads(), NAME, Optional.empty(), new LonePayload(copied));
    }

    private Payload saved(OwnedFd source) throws Exception {
        var writer = writer(_ -> {});
        writer.contents(source, Stat.of(source).size());
        return new Payload(directory.payloads(), writer.node().orElseThrow());
    }

    /// Two runs of data with a hole between them and one behind.
    private static OwnedFd sparse() {
        OwnedFd memfd = Fds.memfd("start");
        Contents.write(memfd, "middle".getBytes(UTF_8), FAR);
        OpenFile.truncate(memfd, 3L * FAR);
        return memfd;
    }

    @Test
    void holesStayHoles() throws Exception {
        try (OwnedFd source = sparse(); OwnedFd target = Memfd.create("target")) {
            Payload reader = saved(source);
            assertThat(reader.size()).isEqualTo(3L * FAR);
            OpenFile.truncate(target, reader.size());
            reader.into(target);
            assertThat(Contents.read(target, 0, 3 * FAR)).isEqualTo(Contents.read(source, 0, 3 * FAR));
            assertThat(Contents.dataExtents(target, 3L * FAR))
                    .isEqualTo(Contents.dataExtents(source, 3L * FAR));
            assertThat((Long) Files.getAttribute(file, "unix:size")).isEqualTo(3L * FAR);
        }
    }

    @Test
    void bytesComeBackAsTheyWereAlsoNone() throws Exception {
        for (String text : List.of("", "x", "text".repeat(10_000))) {
            var writer = writer(_ -> {});
            writer.bytes(text.getBytes(UTF_8));
            assertThat(new Payload(directory.payloads(), writer.node().orElseThrow()).bytes(100_000))
                    .isEqualTo(text.getBytes(UTF_8));
        }
    }

    @Test
    void moreThanAHandlerAllowsIsRefusedUnread() throws Exception {
        try (OwnedFd source = Fds.memfd("12345")) {
            Payload reader = saved(source);
            assertThat(reader.bytes(5)).hasSize(5);
            assertThatThrownBy(() -> reader.bytes(4)).isInstanceOf(HandlerRefusal.class);
        }
    }

    @Test
    void everyDamagedByteIsNoticed() throws Exception {
        try (OwnedFd source = Fds.memfd("contents"); OwnedFd target = Memfd.create("target")) {
            Payload reader = saved(source);
            byte[] good = Files.readAllBytes(file);
            for (int at = 0; at < good.length; at++) {
                byte[] bad = good.clone();
                bad[at] ^= 1;
                Files.write(file, bad);
                assertThatThrownBy(() -> reader.bytes(100)).as("byte " + at)
                        .isInstanceOf(HandlerRefusal.class);
                assertThatThrownBy(() -> reader.into(target)).as("byte " + at)
                        .isInstanceOf(HandlerRefusal.class);
            }
        }
    }

    @Test
    void aFileOfAnotherSizeIsNotWhatWasSaved() throws Exception {
        try (OwnedFd source = Fds.memfd("contents")) {
            Payload reader = saved(source);
            Files.writeString(file, "x", StandardOpenOption.APPEND);
            assertThatThrownBy(() -> reader.bytes(100)).isInstanceOf(HandlerRefusal.class);
            Files.writeString(file, "conten", StandardOpenOption.TRUNCATE_EXISTING);
            assertThatThrownBy(() -> reader.bytes(100)).isInstanceOf(HandlerRefusal.class);
        }
    }

    @Test
    void whatLiesInAHoleOfTheFileDoesNotGetIntoTheContents() throws Exception {
        try (OwnedFd source = sparse(); OwnedFd target = Memfd.create("target")) {
            Payload reader = saved(source);
            try (OwnedFd damaged = OpenFile.open(file.toString(), OpenFlags.RDWR)) {
                Contents.write(damaged, new byte[]{66}, 2L * FAR);
            }
            assertThat(reader.bytes(3 * FAR)[2 * FAR]).isZero();
            OpenFile.truncate(target, reader.size());
            reader.into(target);
            assertThat(Contents.read(target, 2L * FAR, 1)).containsExactly(0);
        }
    }

    @Test
    void contentsThatChangeMeanwhileAreNotSaved() throws Exception {
        try (OwnedFd source = sparse()) {
            var writer = writer(_ -> Contents.write(source, new byte[]{1}, 0));
            assertThatThrownBy(() -> writer.contents(source, Stat.of(source).size()))
                    .isInstanceOf(HandlerRefusal.class)
                    .hasMessageContaining("changed");
        }
    }

    @Test
    void contentsThatHaveAnotherSizeThanTheHandlerReadAreNotSaved() throws Exception {
        try (OwnedFd source = sparse()) {
            for (long size : new long[]{3L * FAR - 1, 3L * FAR + 1}) {
                assertThatThrownBy(() -> writer(_ -> {}).contents(source, size))
                        .isInstanceOf(HandlerRefusal.class)
                        .hasMessageContaining("changed");
                assertThat(file).doesNotExist();
            }
        }
    }

    @Test
    void contentsThatBecomeShorterMeanwhileAreNotSaved() throws Exception {
        try (OwnedFd source = sparse()) {
            var writer = writer(_ -> OpenFile.truncate(source, 3));
            assertThatThrownBy(() -> writer.contents(source, Stat.of(source).size()))
                    .isInstanceOf(Exception.class);
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void tellsHowFarItHasCome() throws Exception {
        var reached = new ArrayList<Long>();
        try (OwnedFd source = sparse()) {
            writer(reached::add).contents(source, Stat.of(source).size());
        }
        assertThat(reached).isSorted().hasSize(2);
    }
}
