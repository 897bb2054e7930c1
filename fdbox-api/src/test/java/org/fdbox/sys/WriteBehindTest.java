package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.fdbox.sys.Contents.Extent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The disk is called now and then, and for all that was written since it was called last.
@ExtendWith(NoLeak.class)
class WriteBehindTest {

    private static final int KIB = 1 << 10;

    private final List<Extent> begun = new ArrayList<>();

    private void with(long answer, Consumer<WriteBehind> work) {
        Kernel listening = Kernels.replacing(SystemCall.SYNC_FILE_RANGE, (_, _, offset, length, _, _, _) -> {
            begun.add(new Extent(offset, length));
            return answer;
        });
        try (OwnedFd file = Kernels.through(listening, Memfd.create("file"))) {
            work.accept(new WriteBehind(file));
        }
    }

    @Test
    void muchBeginsAtOnce() {
        with(0, disk -> {
            disk.wrote(0, 1024 * KIB, 1024 * KIB);
            disk.wrote(5000 * KIB, 6024 * KIB, 1024 * KIB);
        });
        assertThat(begun).containsExactly(new Extent(0, 1024 * KIB), new Extent(5000 * KIB, 1024 * KIB));
    }

    @Test
    void littleIsCollectedInWhateverOrderItComes() {
        with(0, disk -> {
            disk.wrote(3000 * KIB, 4000 * KIB, 100 * KIB);
            disk.wrote(1000 * KIB, 2000 * KIB, 100 * KIB);
            assertThat(begun).isEmpty();
            disk.wrote(7000 * KIB, 8000 * KIB, 100 * KIB);
            disk.wrote(9000 * KIB, 9004 * KIB, 4 * KIB);
        });
        assertThat(begun).containsExactly(new Extent(1000 * KIB, 7000 * KIB));
    }

    @Test
    void aFileOfNoDiskDoesNotMind() {
        with(-Errno.ESPIPE, disk -> disk.wrote(0, 1024 * KIB, 1024 * KIB));
        assertThat(begun).hasSize(1);
    }
}
