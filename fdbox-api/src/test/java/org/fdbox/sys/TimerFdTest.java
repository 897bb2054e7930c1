package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Timers are set and looked at to the nanosecond, and looking takes nothing away.
@ExtendWith(NoLeak.class)
class TimerFdTest {

    private static final long HOUR = 3_600_000_000_000L;

    @Test
    void aNewTimerIsNotArmed() {
        try (OwnedFd timer = TimerFd.create(Clock.MONOTONIC)) {
            assertThat(TimerFd.state(timer))
                    .isEqualTo(new TimerFd.State(Clock.MONOTONIC, 0, 0, 0, false, false));
        }
    }

    @Test
    void anIntervalIsKeptToTheNanosecond() {
        try (OwnedFd timer = TimerFd.create(Clock.BOOTTIME)) {
            TimerFd.set(timer, HOUR + 1, HOUR + 123_456_789, false, false);
            TimerFd.State state = TimerFd.state(timer);
            assertThat(state.interval()).isEqualTo(HOUR + 123_456_789);
            assertThat(state.remaining()).isPositive().isLessThanOrEqualTo(HOUR + 1);
        }
    }

    @Test
    void flagsAreToldAsTheyWereSet() {
        try (OwnedFd timer = TimerFd.create(Clock.REALTIME)) {
            TimerFd.set(timer, Clock.REALTIME.now() + HOUR, 0, true, true);
            assertThat(TimerFd.state(timer).absolute()).isTrue();
            assertThat(TimerFd.state(timer).cancelOnSet()).isTrue();
            TimerFd.set(timer, HOUR, 0, false, false);
            assertThat(TimerFd.state(timer).absolute()).isFalse();
            assertThat(TimerFd.state(timer).cancelOnSet()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1L << 32, Long.MAX_VALUE, -1})
    void ticksAreGivenAndRead(long ticks) {
        try (OwnedFd timer = TimerFd.create(Clock.MONOTONIC)) {
            TimerFd.setTicks(timer, ticks);
            assertThat(TimerFd.state(timer).ticks()).isEqualTo(ticks);
            assertThat(EventFd.read(timer)).isEqualTo(ticks);
        }
    }

    @Test
    void settingATimerForgetsItsTicks() {
        try (OwnedFd timer = TimerFd.create(Clock.MONOTONIC)) {
            TimerFd.setTicks(timer, 3);
            TimerFd.set(timer, 0, 0, false, false);
            assertThat(TimerFd.state(timer).ticks()).isZero();
        }
    }

    @Test
    void noTicksCannotBeGiven() {
        try (OwnedFd timer = TimerFd.create(Clock.MONOTONIC)) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> TimerFd.setTicks(timer, 0))
                    .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.EINVAL));
        }
    }

    /// One that expires all the time is looked at a few times and then taken as it is.
    @Test
    void aTimerFasterThanALookHasANextExpiry() {
        var looks = new AtomicInteger();
        Kernel counting = Kernels.counting(SystemCall.TIMERFD_GETTIME, looks);
        try (OwnedFd timer = Kernels.through(counting, TimerFd.create(Clock.MONOTONIC))) {
            TimerFd.set(timer, 1, 1, false, false);
            TimerFd.State state = TimerFd.state(timer);
            assertThat(state.remaining()).isLessThanOrEqualTo(1);
            assertThat(looks.get()).isBetween(1, 8);
        }
    }

    @Test
    void whatIsNoTimerSaysSo() {
        try (OwnedFd memfd = Memfd.create("x")) {
            assertThatExceptionOfType(SystemCallException.class).isThrownBy(() -> TimerFd.state(memfd));
        }
    }

    @ParameterizedTest
    @EnumSource(Clock.class)
    void everyClockGoesForward(Clock clock) {
        long before = clock.now();
        assertThat(before).isPositive();
        assertThat(clock.now()).isGreaterThanOrEqualTo(before);
        assertThat(Clock.of(clock.number)).isEqualTo(clock);
    }

    @Test
    void aClockThatNobodyKnowsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Clock.of(11)).withMessageContaining("11");
    }
}
