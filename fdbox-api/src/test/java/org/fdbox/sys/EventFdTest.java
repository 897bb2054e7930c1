package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Counters count, all 64 bits of them.
@ExtendWith(NoLeak.class)
class EventFdTest {

    /// 2^64-2, as the kernel counts.
    private static final long MOST = -2;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0x7fffffffL, 0x100000000L, Long.MAX_VALUE, Long.MIN_VALUE, MOST})
    void aCounterStartsWhereItIsTold(long count) {
        try (OwnedFd eventFd = EventFd.create(count, false, true)) {
            assertThat(EventFd.read(eventFd)).isEqualTo(count);
            assertThat(EventFd.read(eventFd)).as("after it was read").isZero();
        }
    }

    @Test
    void aCountThatIsTooHighIsRefused() {
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> EventFd.create(MOST + 1, false, true))
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.EINVAL));
    }

    @Test
    void readingTakesAllAndASemaphoreTakesOne() {
        try (OwnedFd counter = EventFd.create(2, false, true);
                OwnedFd semaphore = EventFd.create(2, true, true)) {
            EventFd.add(counter, 3);
            EventFd.add(semaphore, 3);
            assertThat(EventFd.read(counter)).isEqualTo(5);
            for (int i = 0; i < 5; i++) {
                assertThat(EventFd.read(semaphore)).isEqualTo(1);
            }
            assertThat(EventFd.read(semaphore)).isZero();
        }
    }

    @Test
    void aFullCounterTakesNoMoreIfItDoesNotBlock() {
        try (OwnedFd eventFd = EventFd.create(MOST, false, true)) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> EventFd.add(eventFd, 1))
                    .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.EAGAIN));
            assertThat(EventFd.read(eventFd)).isEqualTo(MOST);
        }
    }

    @Test
    void aDuplicateCountsTheSame() {
        try (OwnedFd eventFd = EventFd.create(0, false, true);
                OwnedFd second = eventFd.dup()) {
            EventFd.add(eventFd, 7);
            assertThat(EventFd.read(second)).isEqualTo(7);
            assertThat(EventFd.read(eventFd)).isZero();
        }
    }
}
