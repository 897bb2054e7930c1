package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The seam: results as they are, failures as minus errno, each thread with its own.
class KernelTest {

    @Test
    void aFailureIsMinusErrno() {
        assertThat(Kernel.SYSTEM.call(SystemCall.CLOSE, -1)).isEqualTo(-Errno.EBADF);
        assertThat(Kernel.SYSTEM.call(SystemCall.LISTEN, -1, 1)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void anAnswerBelowZeroIsAnException() {
        assertThat(Kernel.check(0, SystemCall.READ, "x")).isZero();
        assertThat(Kernel.check(Long.MAX_VALUE, SystemCall.LSEEK, "x")).isEqualTo(Long.MAX_VALUE);
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> Kernel.check(-Errno.EIO, SystemCall.EPOLL_PWAIT, "epoll"))
                .withMessage("epoll_pwait on epoll: EIO, input/output error");
    }

    @Test
    void onlyAnInterruptedCallIsTriedAgain() {
        var answers =
                new ArrayDeque<>(List.of((long) -Errno.EINTR, (long) -Errno.EINTR, (long) -Errno.EAGAIN, 7L));
        assertThat(Kernel.retry(answers::removeFirst)).isEqualTo(-Errno.EAGAIN);
        assertThat(Kernel.retry(answers::removeFirst)).isEqualTo(7);
    }

    @Test
    void errorsOfTwoThreadsAreNotMixedUp() throws Exception {
        Thread other = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 20_000; i++) {
                Kernel.SYSTEM.call(SystemCall.CLOSE, -1);
            }
        });
        for (int i = 0; i < 20_000; i++) {
            assertThat(Kernel.SYSTEM.call(SystemCall.LSEEK, 0, 0, 99)).isIn((long) -Errno.EINVAL,
                    (long) -Errno.ESPIPE);
        }
        other.join();
    }

    @Test
    void noTwoCallsShareANumber() {
        assertThat(Arrays.stream(SystemCall.values()).map(SystemCall::number)).doesNotHaveDuplicates();
    }
}
