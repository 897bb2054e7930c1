package org.fdbox.daemon.handover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Optional;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.Contents;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A payload file that leaves the daemon is what was saved, to the bit, where a checksum looks and where none does.
@ExtendWith(NothingLeaks.class)
class VerifiedPayloadTest {

    private static final String NAME = "payload/1-1";
    private static final int FAR = 3 << 20;
    private static final long SIZE = 3L * FAR;

    private StateDirectory directory;
    private Path file;
    private Payload reader;

    /// Two runs of data with a hole between them and one behind.
    @BeforeEach
    void save(@TempDir Path folder) throws Exception {
        directory = StateDirectory.open(folder.resolve("state"), Step.Watcher.NONE);
        file = directory.root().resolve(NAME);
        try (OwnedFd memfd = Fds.memfd("start")) {
            Contents.write(memfd, "middle".getBytes(UTF_8), FAR);
            OpenFile.truncate(memfd, SIZE);
            var writer = new ContentsWriter(directory.payloads(), NAME, Optional.empty(),
                    new LonePayload(_ -> {}));
            writer.contents(memfd, Stat.of(memfd).size());
            reader = new Payload(directory.payloads(), writer.node().orElseThrow());
        }
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private void write(long offset, int value) throws Exception {
        try (var damaged = new RandomAccessFile(file.toFile(), "rw")) {
            damaged.seek(offset);
            damaged.write(value);
        }
    }

    @Test
    void itIsReadFromItsStartWithItsHoles() throws Exception {
        try (OwnedFd payload = reader.verified()) {
            assertThat(OpenFile.position(payload)).isZero();
            assertThat(Stat.of(payload).size()).isEqualTo(SIZE);
            assertThat(Contents.read(payload, FAR, 6)).isEqualTo("middle".getBytes(UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, FAR + 5, FAR / 2, 2L * FAR, SIZE - 1})
    void aByteThatWasNotSavedIsNoticed(long offset) throws Exception {
        write(offset, 'X');
        assertThatThrownBy(() -> reader.verified()).isInstanceOf(HandlerRefusal.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void aHoleThatAFileSystemFilledWithZerosIsStillOne() throws Exception {
        write(FAR / 2, 0);
        write(SIZE - 1, 0);
        reader.verified().close();
    }
}
