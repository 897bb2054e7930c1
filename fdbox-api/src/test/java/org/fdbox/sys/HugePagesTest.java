package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that can only be mapped are written through a mapping. What needs no page of a pool is tried on an
/// ordinary memory file, which can be mapped too.
@ExtendWith(NoLeak.class)
class HugePagesTest {

    private static final long PAGE = 8192;

    private static OwnedFd ordinary(Kernel kernel) {
        OwnedFd memfd = Memfd.create("ordinary");
        OpenFile.truncate(memfd, 4 * PAGE);
        return Kernels.through(kernel, memfd);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, PAGE - 3, PAGE, 3 * PAGE - 1, 4 * PAGE - 6})
    void whatIsWrittenThroughAMappingIsThere(long offset) {
        try (OwnedFd memfd = ordinary(Kernels.always(SystemCall.PWRITE64, -Errno.EINVAL));
                OwnedFd writable = HugePages.writable(memfd, PAGE)) {
            Contents.write(writable, text("mapped"), offset);
            Contents.write(writable, new byte[0], 0);
            assertThat(Contents.read(memfd, offset, 6)).asString().isEqualTo("mapped");
            assertThat(Stat.of(memfd).size()).isEqualTo(4 * PAGE);
        }
    }

    @Test
    void runsOfZerosTakeNoPage() {
        try (OwnedFd memfd = ordinary(Kernels.always(SystemCall.FALLOCATE, -Errno.ENOSPC));
                OwnedFd writable = HugePages.writable(memfd, PAGE)) {
            Contents.write(writable, new byte[(int) (3 * PAGE)], 1);
            assertThat(Contents.dataExtents(memfd, 4 * PAGE)).isEmpty();
            var almost = new byte[100];
            almost[99] = 1;
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> Contents.write(writable, almost, 0))
                    .satisfies(full -> assertThat(full.errno()).isEqualTo(Errno.ENOSPC));
        }
    }

    @ParameterizedTest
    @EnumSource(value = SystemCall.class, names = {"FALLOCATE", "MMAP"})
    void whatCannotBeMappedIsNotWritten(SystemCall failing) {
        try (OwnedFd memfd = ordinary(Kernels.always(failing, -Errno.ENOMEM));
                OwnedFd writable = HugePages.writable(memfd, PAGE)) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> Contents.write(writable, text("x"), 0))
                    .satisfies(full -> assertThat(full.errno()).isEqualTo(Errno.ENOMEM));
            assertThat(Contents.read(memfd, 0, 1)).containsExactly(0);
        }
    }

    @Test
    void anInterruptedWriteIsTriedAgain() {
        try (OwnedFd memfd = ordinary(Kernels.answering(SystemCall.FALLOCATE, -Errno.EINTR));
                OwnedFd writable = HugePages.writable(memfd, PAGE)) {
            Contents.write(writable, text("x"), 0);
            assertThat(Contents.read(memfd, 0, 1)).asString().isEqualTo("x");
        }
    }

    @Test
    void anOrdinaryFileHasNoHugePages() {
        try (OwnedFd memfd = Memfd.create("ordinary")) {
            assertThat(HugePages.pageSize(memfd)).isEmpty();
        }
    }

    @Test
    void noMappingIsLeftBehind() throws Exception {
        try (OwnedFd memfd = ordinary(Kernel.SYSTEM);
                OwnedFd writable = HugePages.writable(memfd, PAGE)) {
            Contents.write(writable, text("x"), 0);
            Memfd.addSeals(memfd, List.of("write"));
        }
    }

    @Test
    void aFileHasThePagesThatWereAskedFor() {
        assumeTrue(!HugePages.sizes().isEmpty(), "this kernel has no huge pages");
        for (long pageSize : HugePages.sizes()) {
            try (OwnedFd memfd = HugePages.memfd("huge", pageSize)) {
                OpenFile.truncate(memfd, pageSize);
                assertThatExceptionOfType(SystemCallException.class)
                        .isThrownBy(() -> OpenFile.truncate(memfd, pageSize + 4096));
                assertThat(HugePages.pageSize(memfd)).hasValue(pageSize);
                assertThat(Contents.read(memfd, pageSize - 10, 10)).containsOnly(0);
                assertThat(HugePages.free(pageSize)).isNotNegative();
            }
        }
        assertThat(HugePages.free(3)).as("no such pool").isZero();
        assertThatExceptionOfType(SystemCallException.class).isThrownBy(() -> HugePages.memfd("x", 1L << 50));
    }
}
