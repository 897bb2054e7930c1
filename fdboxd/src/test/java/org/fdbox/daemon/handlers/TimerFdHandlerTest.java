package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.SELF;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.List;
import java.util.Map;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.Await;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Survival;
import org.fdbox.sys.Clock;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.TimerFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A timer goes on where it would be if somebody had held it, with the ticks that nobody read.
@ExtendWith(NothingLeaks.class)
class TimerFdHandlerTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR = 3600 * SECOND;

    private final TimerFdHandler handler = new TimerFdHandler();
    private final Restoring restoring = new Restoring();

    @AfterEach
    void close() {
        restoring.close();
    }

    private static OwnedFd timer(Clock clock) {
        try {
            OwnedFd timer = TimerFd.create(clock);
            OpenFile.setStatusFlags(timer, OpenFlags.NONBLOCK);
            return timer;
        } catch (SystemCallException refused) {
            return abort("no timer of this clock can be made here: " + refused.getMessage());
        }
    }

    private Saved saved(Clock clock, long value, long interval) throws Exception {
        try (OwnedFd timer = timer(clock)) {
            TimerFd.set(timer, value, interval, false, false);
            return restoring.preserve(handler, timer);
        }
    }

    /// As if it had been saved that much earlier.
    private static Saved earlier(Saved saved, String clock, long nanos) {
        return saved.with(clock, (long) saved.properties().get(clock) - nanos);
    }

    private TimerFd.State restored(Saved saved) throws HandlerRefusal {
        try (OwnedFd back = restoring.restore(handler, saved)) {
            return TimerFd.state(back);
        }
    }

    /// How much later than at the full hours since it was saved.
    private static void assertAbout(long nanos, long expected) {
        assertThat(nanos).isLessThanOrEqualTo(expected).isGreaterThan(expected - HOUR / 4);
    }

    @ParameterizedTest
    @EnumSource(Clock.class)
    void anUnarmedTimerStaysUnarmed(Clock clock) throws Exception {
        try (OwnedFd timer = timer(clock)) {
            assertThat(handler.examine(timer, new FdFacts(timer), SELF).survival())
                    .isEqualTo(Survival.CONTENTS);
            Saved saved = restoring.preserve(handler, timer);
            try (OwnedFd back = restoring.restore(handler, earlier(saved, "clockNSec", 10))) {
                assertThat(handler.describe(back)).isEqualTo(handler.describe(timer));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Clock.class)
    void anArmedTimerGoesOn(Clock clock) throws Exception {
        Saved saved = earlier(saved(clock, 2 * HOUR, 5 * HOUR), "clockNSec", HOUR);
        TimerFd.State state = restored(saved);
        assertThat(state.clock()).isEqualTo(clock);
        assertAbout(state.remaining(), HOUR);
        assertThat(state.interval()).isEqualTo(5 * HOUR);
        assertThat(state.ticks()).isZero();
        assertThat(state.absolute()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Clock.class)
    void whatWasDueMeanwhileIsCounted(Clock clock) throws Exception {
        Saved saved = earlier(saved(clock, HOUR / 2, HOUR), "clockNSec", 2 * HOUR + 3 * HOUR / 4);
        TimerFd.State state = restored(saved.with("ticks", "4"));
        assertThat(state.ticks()).isEqualTo(4 + 3);
        assertAbout(state.remaining(), 3 * HOUR / 4);
    }

    @Test
    void aTimerWithoutIntervalExpiresOnce() throws Exception {
        TimerFd.State state = restored(earlier(saved(Clock.MONOTONIC, HOUR, 0), "clockNSec", 9 * HOUR));
        assertThat(state.ticks()).isOne();
        assertThat(state.remaining()).isZero();
    }

    @Test
    void aTimeOfDayStaysThatTime() throws Exception {
        long tomorrow = Clock.REALTIME.now() + 24 * HOUR;
        try (OwnedFd timer = timer(Clock.REALTIME)) {
            TimerFd.set(timer, tomorrow, 0, true, true);
            Saved saved = restoring.preserve(handler, timer).with("bootId", "another");
            try (OwnedFd back = restoring.restore(handler, earlier(saved, "clockNSec", HOUR))) {
                TimerFd.State state = TimerFd.state(back);
                assertThat(state.absolute()).isTrue();
                assertThat(state.cancelOnSet()).isTrue();
                assertAbout(state.remaining(), 23 * HOUR);
            }
        }
    }

    /// Nobody who sets the time of day meanwhile can move it.
    @Test
    void aDurationOnTheTimeOfDayIsMeasuredByAClockThatNobodySets() throws Exception {
        long clock = (long) saved(Clock.REALTIME, HOUR, 0).properties().get("clockNSec");
        assertThat(clock).isLessThanOrEqualTo(Clock.MONOTONIC.now()).isLessThan(Clock.REALTIME.now() - HOUR);
    }

    @Test
    void anAbsoluteTimeSinceTheBootIsKept() throws Exception {
        try (OwnedFd timer = timer(Clock.BOOTTIME)) {
            TimerFd.set(timer, Clock.BOOTTIME.now() + HOUR, 0, true, false);
            TimerFd.State state = restored(restoring.preserve(handler, timer));
            assertThat(state.absolute()).isTrue();
            assertAbout(state.remaining(), HOUR);
        }
    }

    @Test
    void afterABootTheTimeOfDayTellsHowMuchTimePassed() throws Exception {
        Saved saved =
                saved(Clock.MONOTONIC, 3 * HOUR, 0).with("bootId", "another").with("clockNSec", 1L << 60);
        assertAbout(restored(earlier(saved, "realtimeNSec", HOUR)).remaining(), 2 * HOUR);
        assertAbout(restored(earlier(saved, "realtimeNSec", -HOUR)).remaining(), 3 * HOUR);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, HOUR})
    void ticksThatNobodyReadAreKeptAndNotTakenAway(long interval) throws Exception {
        try (OwnedFd timer = timer(Clock.MONOTONIC)) {
            TimerFd.set(timer, 1, interval, false, false);
            Await.until("it expires", () -> TimerFd.state(timer).ticks() == 1);
            Saved saved = restoring.preserve(handler, timer);
            try (OwnedFd back = restoring.restore(handler, saved)) {
                assertThat(EventFd.read(back)).isOne();
                assertThat(EventFd.read(back)).isZero();
            }
            assertThat(EventFd.read(timer)).isOne();
        }
    }

    /// It expires more often than anybody can look.
    @Test
    void aTimerOfNanosecondsIsSavedToo() throws Exception {
        Saved saved = saved(Clock.MONOTONIC, 1, 1);
        try (OwnedFd back = restoring.restore(handler, saved)) {
            assertThat(EventFd.read(back)).isPositive();
        }
    }

    @Test
    void aTimerThatNeverExpiresNeverDoes() throws Exception {
        for (boolean absolute : new boolean[]{false, true}) {
            try (OwnedFd timer = timer(Clock.REALTIME)) {
                TimerFd.set(timer, Long.MAX_VALUE, 0, absolute, false);
                Saved saved = restoring.preserve(handler, timer);
                assertThat(restored(earlier(saved, "clockNSec", -HOUR)).remaining()).isGreaterThan(1L << 60);
            }
        }
    }

    @Test
    void statesThatCannotBeAreRefused() throws Exception {
        Saved saved = saved(Clock.MONOTONIC, HOUR, 0);
        for (Map.Entry<String, Object> bad : Map.<String, Object>of(
                "clock", "sundial", "remainingNSec", -1L, "intervalNSec", -1L, "ticks", "-1", "absolute",
                "no",
                "cancelOnSet", 1L, "clockNSec", "now", "bootId", 1L, "flags", List.of("strange"))
                .entrySet()) {
            for (Saved wrong : List.of(saved.with(bad.getKey(), bad.getValue()),
                    saved.without(bad.getKey()))) {
                assertThatThrownBy(() -> restoring.restore(handler, wrong))
                        .as(bad.toString())
                        .isInstanceOf(HandlerRefusal.class);
            }
        }
    }
}
