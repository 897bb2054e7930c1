package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdbox.sys.SparseCopy.Snapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A large file is copied by several threads, and a copy is brought up to date: the outcome is that of a new copy.
@ExtendWith(NoLeak.class)
class SparseCopyTest {

    private static final int MIB = 1 << 20;
    private static final int SIZE = 24 * MIB;

    private final Random random = new Random(11);
    private final OwnedFd from = Memfd.create("from");
    private final OwnedFd to = Memfd.create("to");

    SparseCopyTest() {
        OpenFile.truncate(from, SIZE);
        OpenFile.truncate(to, SIZE);
    }

    @AfterEach
    void close() {
        from.close();
        to.close();
    }

    private void put(int count, long offset) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        Contents.write(from, bytes, offset);
    }

    private Extents extents() {
        return Contents.dataExtents(from, SIZE);
    }

    private Snapshot copy() {
        return SparseCopy.copy(from, to, extents(), _ -> {});
    }

    private Snapshot refresh(Snapshot before) {
        return SparseCopy.refresh(from, to, before, extents(), _ -> {});
    }

    private void requireCopy(Snapshot snapshot) {
        assertThat(Contents.read(to, 0, SIZE)).isEqualTo(Contents.read(from, 0, SIZE));
        assertThat(Contents.dataExtents(to, SIZE)).isEqualTo(extents()).isEqualTo(snapshot.extents());
        assertThat(snapshot.crc32c()).isEqualTo(Contents.checksum(from, extents()));
    }

    @Test
    void severalThreadsCopyTheSame() {
        put(17 * MIB + 123, 4096 * 3);
        put(4096, 20L * MIB);
        var copied = new ArrayList<Long>();
        Snapshot snapshot = SparseCopy.copy(from, to, extents(), copied::add);
        requireCopy(snapshot);
        assertThat(copied).isSorted().endsWith(extents().bytes());
    }

    @Test
    void manySmallRunsKeepTheirHoles() {
        for (int i = 0; i < SIZE; i += 8192) {
            put(4096, i);
        }
        requireCopy(copy());
    }

    @Test
    void anUnchangedFileIsNotWritten() {
        put(12 * MIB, 0);
        Snapshot before = copy();
        var writes = new AtomicInteger();
        try (OwnedFd counted = Kernels.through(Kernels.counting(SystemCall.PWRITE64, writes), to.dup())) {
            Snapshot after = SparseCopy.refresh(from, counted, before, extents(), _ -> {});
            assertThat(after.crc32c()).isEqualTo(before.crc32c());
        }
        assertThat(writes).hasValue(0);
    }

    @Test
    void oneBitThatChangedIsFound() {
        put(12 * MIB, 0);
        Snapshot before = copy();
        for (long at : new long[]{0, MIB - 1, 5L * MIB + 77, 12L * MIB - 1}) {
            byte[] one = Contents.read(from, at, 1);
            one[0] ^= 1;
            Contents.write(from, one, at);
            before = refresh(before);
            requireCopy(before);
        }
    }

    @Test
    void dataInFormerHolesAndHolesInFormerDataAreFound() {
        put(3 * MIB, 0);
        put(MIB, 10L * MIB);
        Snapshot before = copy();
        OpenFile.truncate(from, MIB);
        OpenFile.truncate(from, SIZE);
        put(4096, 15L * MIB);
        put(4096, 2L * MIB + 8192);
        requireCopy(refresh(before));
    }

    @Test
    void randomChangesAreFound() {
        Snapshot before = copy();
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 4; i++) {
                put(1 + random.nextInt(200_000), random.nextInt(SIZE - 200_000));
            }
            if (round % 10 == 9) {
                OpenFile.truncate(from, random.nextInt(SIZE));
                OpenFile.truncate(from, SIZE);
            }
            before = refresh(before);
            requireCopy(before);
        }
    }

    /// 2^63-1 bytes, the most that a file can claim.
    @Test
    void theLastBytesOfTheLargestFile() {
        long size = Long.MAX_VALUE;
        try (OwnedFd huge = Memfd.create("huge"); OwnedFd copy = Memfd.create("copy")) {
            OpenFile.truncate(huge, size);
            OpenFile.truncate(copy, size);
            Contents.write(huge, new byte[]{1}, 0);
            Contents.write(huge, new byte[]{7}, size - 5000);
            Snapshot before =
                    SparseCopy.copy(huge, copy, Contents.dataExtents(huge, size), _ -> {});
            assertThat(Contents.read(copy, size - 5000, 1)).containsExactly(7);
            Contents.write(huge, new byte[]{8}, size - 5000);
            Extents now = Contents.dataExtents(huge, size);
            Snapshot after = SparseCopy.refresh(huge, copy, before, now, _ -> {});
            assertThat(Contents.read(copy, size - 5000, 1)).containsExactly(8);
            assertThat(after.crc32c()).isEqualTo(Contents.checksum(huge, now));
        }
    }

    @Test
    void theFailureOfOneThreadEndsAll() {
        put(SIZE, 0);
        Kernel full = Kernels.answering(SystemCall.PWRITE64, 128 << 10, 128 << 10, -Errno.ENOSPC);
        try (OwnedFd out = Kernels.through(full, to.dup())) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> SparseCopy.copy(from, out, extents(), _ -> {}))
                    .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.ENOSPC));
        }
    }

    @Test
    void theChecksumOfAWholeFollowsFromThoseOfItsParts() {
        put(100_000, 0);
        Extents whole = Extents.of(List.of(new Contents.Extent(0, 100_000)), SIZE);
        for (int cut : new int[]{1, 2, 3, 4096, 99_999}) {
            int first = Contents.checksum(from, List.of(new Contents.Extent(0, cut)));
            int second = Contents.checksum(from, List.of(new Contents.Extent(cut, 100_000 - cut)));
            var joined = new Crc32c();
            joined.append(first, cut);
            joined.append(second, 100_000 - cut);
            assertThat(joined.value()).isEqualTo(Contents.checksum(from, whole));
        }
    }

    @Test
    void whatIsMovedNeedsNoRoomTwice() {
        put(3 * MIB, MIB / 2);
        put(MIB, 20 * MIB + 4096);
        Extents extents = extents();
        byte[] contents = Contents.read(from, 0, SIZE);
        Snapshot moved = SparseCopy.move(from, to, extents, _ -> {});
        assertThat(Contents.read(to, 0, SIZE)).isEqualTo(contents);
        assertThat(moved.crc32c()).isEqualTo(Contents.checksum(to, extents));
        assertThat(Stat.of(from).allocated()).isZero();
    }

    @Test
    void whatIsSealedIsMovedAndKeepsItsMemory() {
        put(MIB, 0);
        Memfd.addSeals(from, List.of("write"));
        requireCopy(SparseCopy.move(from, to, extents(), _ -> {}));
    }
}
