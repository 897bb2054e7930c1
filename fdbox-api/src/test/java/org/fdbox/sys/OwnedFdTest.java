package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who holds an OwnedFd closes it, once, whatever happens.
@ExtendWith(NoLeak.class)
class OwnedFdTest {

    private static final int F_GETFD = 1;

    @Test
    void takingLeavesTheFirstObjectEmpty() {
        OwnedFd first = Memfd.create("x");
        int number = first.number();
        OwnedFd second = first.take();
        first.close();
        assertThat(first.isOpen()).isFalse();
        assertThat(second.number()).isEqualTo(number);
        assertThat(ThisProcess.hasDescriptor(number)).isTrue();
        second.close();
        assertThat(ThisProcess.hasDescriptor(number)).isFalse();
    }

    @Test
    void whatWasClosedOrTakenCannotBeUsed() {
        OwnedFd fd = Memfd.create("x");
        fd.close();
        assertThatIllegalStateException().isThrownBy(fd::number);
        assertThatIllegalStateException().isThrownBy(fd::take);
        assertThatIllegalStateException().isThrownBy(fd::dup);
        assertThatIllegalStateException().isThrownBy(() -> fd.must(SystemCall.FSYNC, 0, 0));
        assertThat(fd).hasToString("closed descriptor");
    }

    @Test
    void aSecondCloseDoesNotHitWhoeverHasTheNumberNow() {
        OwnedFd first = Memfd.create("first");
        int number = first.number();
        first.close();
        try (OwnedFd next = Memfd.create("next")) {
            assertThat(next.number()).as("the lowest free number").isEqualTo(number);
            first.close();
            assertThat(ThisProcess.hasDescriptor(number)).isTrue();
        }
    }

    @Test
    void ofManyThreadsThatCloseOneDoes() throws Exception {
        var closes = new AtomicInteger();
        OwnedFd fd = Memfd.create(Kernels.counting(SystemCall.CLOSE, closes), "x");
        var together = new CyclicBarrier(8);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    together.await();
                } catch (Exception impossible) {
                    throw new AssertionError(impossible);
                }
                fd.close();
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(closes).hasValue(1);
    }

    @Test
    void ofManyThreadsThatTakeOneGetsIt() throws Exception {
        OwnedFd fd = Memfd.create("x");
        var together = new CyclicBarrier(8);
        var got = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    together.await();
                    fd.take().close();
                    got.incrementAndGet();
                } catch (IllegalStateException another) {
                    // Somebody else was first.
                } catch (Exception impossible) {
                    throw new AssertionError(impossible);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(got).hasValue(1);
    }

    @Test
    void aDuplicateIsCloseOnExecAndLivesOnItsOwn() {
        OwnedFd first = Memfd.create("x");
        try (OwnedFd second = first.dup()) {
            assertThat(second.number()).isNotEqualTo(first.number()).isGreaterThan(2);
            assertThat(Kernel.SYSTEM.call(SystemCall.FCNTL, second.number(), F_GETFD)).isEqualTo(1);
            first.close();
            Contents.write(second, new byte[]{1}, 0);
            assertThat(Stat.of(second).size()).isEqualTo(1);
        }
    }

    @Test
    void aCopyOfNothingIsRefused() {
        int free;
        try (OwnedFd fd = Memfd.create("x")) {
            free = fd.number();
        }
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> OwnedFd.copyOf(free))
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.EBADF))
                .withMessageContaining("descriptor " + free);
    }

    @Test
    void aCopyIsClosedAndTheOriginalStays() {
        try (OwnedFd fd = Memfd.create("x")) {
            OwnedFd.copyOf(fd.number()).close();
            assertThat(ThisProcess.hasDescriptor(fd.number())).isTrue();
        }
    }

    @Test
    void withoutFreeNumbersThereIsNoDuplicateAndTheFirstStays() {
        Kernel full = Kernels.always(SystemCall.FCNTL, -Errno.EMFILE);
        try (OwnedFd fd = Memfd.create(full, "x")) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(fd::dup)
                    .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.EMFILE));
            assertThat(fd.isOpen()).isTrue();
        }
    }

    /// Linux has freed the number when close(2) answers one of these; a second try would close somebody
    /// else's.
    @ParameterizedTest
    @ValueSource(ints = {Errno.EINTR, Errno.EIO, Errno.ENOSPC, Errno.EDQUOT})
    void aCloseThatFailsIsNotTriedAgain(int errno) {
        var closes = new AtomicInteger();
        OwnedFd fd = Memfd.create(
                Kernels.replacing(SystemCall.CLOSE, (call, a, b, c, d, e, f) -> {
                    closes.incrementAndGet();
                    Kernel.SYSTEM.call(call, a, b, c, d, e, f);
                    return -errno;
                }),
                "x");
        fd.close();
        fd.close();
        assertThat(closes).hasValue(1);
    }
}
