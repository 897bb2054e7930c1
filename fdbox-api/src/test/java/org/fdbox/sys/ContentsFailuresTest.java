package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdbox.sys.Contents.Extent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A copy that cannot be complete is no copy; one that goes slowly is.
@ExtendWith(NoLeak.class)
class ContentsFailuresTest {

    private static final byte[] TEXT = "ten bytes.".getBytes(StandardCharsets.US_ASCII);
    private static final Extents ALL = Extents.of(List.of(new Extent(0, TEXT.length)), TEXT.length);

    private final OwnedFd from = Memfd.create("from");
    private final OwnedFd to = Memfd.create("to");

    ContentsFailuresTest() {
        Contents.write(from, TEXT, 0);
    }

    @AfterEach
    void close() {
        from.close();
        to.close();
    }

    private static void fails(int errno, ThrowingCallable action) {
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(action)
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(errno));
    }

    @Test
    void shortReadsAndWritesAreContinued() {
        try (OwnedFd slow = Kernels.through(Kernels.moving(3, SystemCall.PREAD64), from.dup());
                OwnedFd narrow = Kernels.through(Kernels.moving(1, SystemCall.PWRITE64), to.dup())) {
            int checksum = SparseCopy.copy(slow, narrow, ALL, _ -> {}).crc32c();
            assertThat(Contents.read(to, 0, TEXT.length)).isEqualTo(TEXT);
            assertThat(checksum).isEqualTo(Contents.checksum(from, ALL))
                    .isEqualTo(Contents.checksum(slow, ALL));
            Contents.write(narrow, TEXT, 100);
            assertThat(Contents.read(to, 100, TEXT.length)).isEqualTo(TEXT);
        }
    }

    @Test
    void interruptionsAreForgotten() {
        long[] twice = {-Errno.EINTR, -Errno.EINTR};
        try (OwnedFd in = Kernels.through(Kernels.answering(SystemCall.PREAD64, twice), from.dup());
                OwnedFd out = Kernels.through(Kernels.answering(SystemCall.PWRITE64, twice), to.dup())) {
            SparseCopy.copy(in, out, ALL, _ -> {});
            assertThat(Contents.read(to, 0, TEXT.length)).isEqualTo(TEXT);
        }
    }

    @Test
    void aSourceThatBecameShorterIsAnError() {
        OpenFile.truncate(from, 9);
        fails(Errno.EIO, () -> SparseCopy.copy(from, to, ALL, _ -> {}));
        fails(Errno.EIO, () -> Contents.checksum(from, ALL));
        fails(Errno.EIO, () -> Contents.read(from, 0, TEXT.length));
    }

    @Test
    void aFullDiskIsToldAndSoIsHowFarItWent() {
        var two = Extents.of(List.of(new Extent(0, 4), new Extent(SparseCopy.CHUNK, 6)), Long.MAX_VALUE);
        OpenFile.truncate(from, SparseCopy.CHUNK + 6);
        var copied = new ArrayList<Long>();
        Kernel full = Kernels.answering(SystemCall.PWRITE64, 4, -Errno.ENOSPC);
        try (OwnedFd out = Kernels.through(full, to.dup())) {
            fails(Errno.ENOSPC, () -> SparseCopy.copy(from, out, two, copied::add));
        }
        assertThat(copied).containsExactly(4L);
    }

    @Test
    void aDiskThatFillsUpInTheMiddleOfAWriteIsToldToo() {
        Kernel full = Kernels.answering(SystemCall.PWRITE64, 3, -Errno.ENOSPC);
        try (OwnedFd out = Kernels.through(full, to.dup())) {
            fails(Errno.ENOSPC, () -> Contents.write(out, TEXT, 0));
        }
    }

    @Test
    void anOffsetThatNoFileHasIsRefused() {
        fails(Errno.EINVAL, () -> Contents.write(to, TEXT, -1));
        fails(Errno.EINVAL, () -> Contents.read(to, -1, 1));
    }

    @Test
    void aSealedDestinationIsNotWritten() {
        Memfd.addSeals(to, List.of("write"));
        fails(Errno.EPERM, () -> SparseCopy.copy(from, to, ALL, _ -> {}));
    }

    /// The holes are asked for one after the other, while the file may change.
    @Test
    void aFileThatShrinksWhileItsHolesAreAskedForHasNoData() {
        Kernel shrinking = Kernels.answering(SystemCall.LSEEK, -Errno.ENXIO);
        try (OwnedFd file = Kernels.through(shrinking, from.dup())) {
            assertThat(Contents.dataExtents(file, TEXT.length)).isEmpty();
        }
    }

    @Test
    void aKernelThatSeesNoHolesCannotHangTheSearch() {
        Kernel standing = Kernels.answering(SystemCall.LSEEK, 0, 0);
        try (OwnedFd file = Kernels.through(standing, from.dup())) {
            assertThat(Contents.dataExtents(file, TEXT.length)).isEmpty();
        }
    }
}
