package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A message queue looks like a file of 80 bytes; the kernel's own question for queues tells them apart.
@ExtendWith(NoLeak.class)
class MessageQueueTest {

    @Test
    void aFileOfTheSameSizeIsNone() {
        try (OwnedFd memfd = Memfd.create("x")) {
            OpenFile.truncate(memfd, MessageQueue.SIZE);
            assertThat(new FdFacts(memfd).messageQueue()).isEmpty();
        }
    }

    @Test
    void onlyAFileOfThatSizeIsAsked() {
        var calls = new AtomicInteger();
        try (OwnedFd memfd =
                Kernels.through(Kernels.counting(SystemCall.MQ_GETSETATTR, calls), Memfd.create("x"))) {
            OpenFile.truncate(memfd, MessageQueue.SIZE + 1);
            assertThat(new FdFacts(memfd).messageQueue()).isEmpty();
        }
        assertThat(calls).hasValue(0);
    }

    @Test
    void tellsItsLimitsAndWhatWaits() {
        Kernel queues = Kernels.replacing(SystemCall.MQ_GETSETATTR, (_, _, _, attributes, _, _, _) -> {
            for (int i = 0; i < 4; i++) {
                Kernels.memory(attributes, 32).setAtIndex(ValueLayout.JAVA_LONG, i, 10 + i);
            }
            return 0;
        });
        try (OwnedFd memfd = Kernels.through(queues, Memfd.create("x"))) {
            OpenFile.truncate(memfd, MessageQueue.SIZE);
            assertThat(new FdFacts(memfd).messageQueue()).contains(new MessageQueue(11, 12, 13));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EBADF, Errno.ENOSYS, Errno.EPERM, Errno.EINTR})
    void whatTheKernelRefusesToCallOneIsNone(int errno) {
        Kernel refusing = Kernels.always(SystemCall.MQ_GETSETATTR, -errno);
        try (OwnedFd memfd = Kernels.through(refusing, Memfd.create("x"))) {
            OpenFile.truncate(memfd, MessageQueue.SIZE);
            assertThat(new FdFacts(memfd).messageQueue()).isEmpty();
        }
    }
}
