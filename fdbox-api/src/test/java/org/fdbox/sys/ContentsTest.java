package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.fdbox.sys.Contents.Extent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Contents are copied to the byte, holes stay holes, and nobody's position moves.
@ExtendWith(NoLeak.class)
class ContentsTest {

    private static final int PAGE = 4096;
    private static final int MIB = 1 << 20;

    private static byte[] random(int count) {
        var bytes = new byte[count];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private static int crc(byte[]... runs) {
        var crc = new CRC32C();
        for (byte[] run : runs) {
            crc.update(run);
        }
        return (int) crc.getValue();
    }

    @Test
    void anEmptyFileHasNoData() {
        try (OwnedFd memfd = Memfd.create("x")) {
            assertThat(Contents.dataExtents(memfd, 0)).isEmpty();
            assertThat(Contents.checksum(memfd, List.of())).isEqualTo(crc());
        }
    }

    @Test
    void aFileOfHolesHasNoData() {
        try (OwnedFd memfd = Memfd.create("x")) {
            OpenFile.truncate(memfd, 1L << 40);
            assertThat(Contents.dataExtents(memfd, 1L << 40)).isEmpty();
        }
    }

    @Test
    void dataIsFoundBetweenHolesAndAtBothEnds() {
        try (OwnedFd memfd = Memfd.create("x")) {
            Contents.write(memfd, random(PAGE), 0);
            Contents.write(memfd, random(2 * PAGE), 10L * PAGE);
            Contents.write(memfd, random(100), 1L << 33);
            long size = (1L << 33) + 100;
            assertThat(Contents.dataExtents(memfd, size))
                    .containsExactly(
                            new Extent(0, PAGE), new Extent(10L * PAGE, 2L * PAGE),
                            new Extent(1L << 33, 100));
        }
    }

    @Test
    void nothingBehindTheGivenSizeIsTold() {
        try (OwnedFd memfd = Memfd.create("x")) {
            Contents.write(memfd, random(2 * PAGE), 0);
            Contents.write(memfd, random(PAGE), 8L * PAGE);
            assertThat(Contents.dataExtents(memfd, 10)).containsExactly(new Extent(0, 10));
            assertThat(Contents.dataExtents(memfd, 4L * PAGE)).containsExactly(new Extent(0, 2L * PAGE));
        }
    }

    @Test
    void aSparseCopyHasTheSameBytesAndTheSameHoles() {
        byte[] first = random(3 * MIB + 5);
        byte[] second = random(PAGE);
        long at = 1L << 32;
        try (OwnedFd from = Memfd.create("from");
                OwnedFd to = Memfd.create("to")) {
            Contents.write(from, first, 0);
            Contents.write(from, second, at);
            Extents extents = Contents.dataExtents(from, at + PAGE);
            var copied = new ArrayList<Long>();
            int checksum = SparseCopy.copy(from, to, extents, copied::add).crc32c();
            assertThat(Contents.dataExtents(to, at + PAGE)).isEqualTo(extents);
            assertThat(Contents.read(to, 0, first.length)).isEqualTo(first);
            assertThat(Contents.read(to, at, PAGE)).isEqualTo(second);
            assertThat(checksum).isEqualTo(Contents.checksum(to, extents))
                    .isEqualTo(Contents.checksum(from, extents));
            assertThat(copied).isSorted().endsWith(extents.bytes()).contains((long) MIB);
        }
    }

    @Test
    void theChecksumIsThatOfTheDataRunAfterRun() {
        byte[] one = random(PAGE);
        byte[] two = random(PAGE + 1);
        try (OwnedFd memfd = Memfd.create("x")) {
            Contents.write(memfd, one, 0);
            Contents.write(memfd, two, 5L * PAGE);
            List<Extent> extents = List.of(new Extent(0, PAGE), new Extent(5L * PAGE, PAGE + 1));
            assertThat(Contents.checksum(memfd, extents)).isEqualTo(crc(one, two));
        }
    }

    @Test
    void positionsStayWhereTheyAre() {
        try (OwnedFd memfd = Memfd.create("x")) {
            OpenFile.seek(memfd, 3);
            Contents.write(memfd, new byte[]{1, 2, 3, 4, 5}, 0);
            Contents.read(memfd, 1, 2);
            Contents.checksum(memfd, List.of(new Extent(0, 5)));
            assertThat(OpenFile.position(memfd)).isEqualTo(3);
        }
    }

    @Test
    void nothingIsWrittenAndReadToo() {
        try (OwnedFd memfd = Memfd.create("x")) {
            Contents.write(memfd, new byte[0], 100);
            assertThat(Contents.read(memfd, 100, 0)).isEmpty();
            assertThat(Stat.of(memfd).size()).isZero();
        }
    }

    @Test
    void aPipeHasNoContentsOfThisKind() {
        try (Pipe.Ends pipe = Pipe.create()) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> Contents.dataExtents(pipe.read(), 10))
                    .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.ESPIPE));
        }
    }
}
