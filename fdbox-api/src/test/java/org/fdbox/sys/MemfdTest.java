package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Memory files and the seals that can never be taken off.
@ExtendWith(NoLeak.class)
class MemfdTest {

    private static final int F_GETFD = 1;

    private static void fails(int errno, ThrowingCallable action) {
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(action)
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(errno));
    }

    @Test
    void aNewOneIsEmptyUnsealedAndCloseOnExec() {
        try (OwnedFd memfd = Memfd.create("ram")) {
            assertThat(Stat.of(memfd).size()).isZero();
            assertThat(Memfd.seals(memfd)).isEmpty();
            assertThat(Kernel.SYSTEM.call(SystemCall.FCNTL, memfd.number(), F_GETFD)).isEqualTo(1);
        }
    }

    /// An older kernel, and one that forbids it.
    @ParameterizedTest
    @ValueSource(ints = {Errno.EINVAL, Errno.EACCES})
    void whereNoneMayBeExecutableItIsPlain(int errno) {
        Kernel kernel = Kernels.answering(SystemCall.MEMFD_CREATE, -errno);
        try (OwnedFd memfd = Memfd.createExecutable(kernel, "x", 0)) {
            OpenFile.chmod(memfd, 0600);
            assertThat(Stat.of(memfd).permissions()).isEqualTo(0600);
        }
        fails(Errno.EMFILE, () -> Memfd.createExecutable(
                Kernels.always(SystemCall.MEMFD_CREATE, -Errno.EMFILE), "x", 0));
    }

    @Test
    void anExecutableOneTakesAnyMode() {
        try (OwnedFd memfd = Memfd.createExecutable("x")) {
            OpenFile.chmod(memfd, 0777);
            assertThat(Stat.of(memfd).permissions()).isEqualTo(0777);
            assertThat(Memfd.seals(memfd)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"seal", "shrink", "grow", "write", "future-write", "exec"})
    void eachSealIsSetAndTold(String seal) {
        try (OwnedFd memfd = Memfd.create("x")) {
            Memfd.addSeals(memfd, List.of(seal));
            assertThat(Memfd.seals(memfd)).contains(seal);
        }
    }

    @Test
    void sealsAddUpInTheirOwnOrder() {
        try (OwnedFd memfd = Memfd.create("x")) {
            Memfd.addSeals(memfd, List.of("grow"));
            Memfd.addSeals(memfd, List.of("write", "shrink"));
            Memfd.addSeals(memfd, List.of());
            assertThat(Memfd.seals(memfd)).containsExactly("shrink", "grow", "write");
        }
    }

    @Test
    void sealsDoWhatTheirNamesSay() {
        try (OwnedFd memfd = Memfd.create("x")) {
            OpenFile.truncate(memfd, 10);
            Memfd.addSeals(memfd, List.of("shrink", "grow"));
            fails(Errno.EPERM, () -> OpenFile.truncate(memfd, 9));
            fails(Errno.EPERM, () -> OpenFile.truncate(memfd, 11));
            Contents.write(memfd, new byte[10], 0);
            Memfd.addSeals(memfd, List.of("write"));
            fails(Errno.EPERM, () -> Contents.write(memfd, new byte[1], 0));
        }
    }

    @Test
    void afterTheLastSealThereIsNone() {
        try (OwnedFd memfd = Memfd.create("x")) {
            Memfd.addSeals(memfd, List.of("seal"));
            fails(Errno.EPERM, () -> Memfd.addSeals(memfd, List.of("write")));
        }
    }

    @Test
    void anUnknownSealIsRefusedAndNoOtherIsSet() {
        try (OwnedFd memfd = Memfd.create("x")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Memfd.addSeals(memfd, List.of("write", "whale")))
                    .withMessageContaining("\"whale\"");
            assertThat(Memfd.seals(memfd)).isEmpty();
        }
    }

    @Test
    void whatIsNoMemoryFileHasNoSeals() {
        try (Pipe.Ends pipe = Pipe.create()) {
            fails(Errno.EINVAL, () -> Memfd.seals(pipe.read()));
        }
    }

    @Test
    void aNameMayHave249Bytes() {
        try (OwnedFd memfd = Memfd.create("x".repeat(249))) {
            assertThat(new FdFacts(memfd).link()).isEqualTo("/memfd:" + "x".repeat(249) + " (deleted)");
        }
        fails(Errno.EINVAL, () -> Memfd.create("x".repeat(250)));
        fails(Errno.ENAMETOOLONG, () -> Memfd.create("x\0y"));
    }
}
