package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The clocks that a timer can follow (timerfd_create(2), clock_gettime(2)).
public enum Clock {
    /// Time of day: goes on over a reboot, and can be set.
    REALTIME(0),
    /// Since the boot, without the time spent suspended.
    MONOTONIC(1),
    /// Since the boot.
    BOOTTIME(7),
    /// [#REALTIME], and wakes a suspended machine.
    REALTIME_ALARM(8),
    /// [#BOOTTIME], and wakes a suspended machine.
    BOOTTIME_ALARM(9);

    private static final long NANOS = 1_000_000_000L;
    private static final int REALTIME_COARSE = 5;

    final int number;

    Clock(int number) {
        this.number = number;
    }

    /// @throws IllegalArgumentException for a number this version does not know
    static Clock of(int number) {
        for (Clock clock : values()) {
            if (clock.number == number) {
                return clock;
            }
        }
        throw new IllegalArgumentException("unknown clock " + number);
    }

    /// Whether it shows the time of day.
    public boolean isTimeOfDay() {
        return this == REALTIME || this == REALTIME_ALARM;
    }

    /// What it shows now, in nanoseconds.
    public long now() {
        return now(Kernel.SYSTEM);
    }

    long now(Kernel kernel) {
        // The alarm clocks themselves can only be read on a machine that has something to wake it.
        int same = isTimeOfDay() ? REALTIME.number : this == MONOTONIC ? number : BOOTTIME.number;
        return read(kernel, same);
    }

    /// The time of day at the last tick, in nanoseconds since 1970 (CLOCK_REALTIME_COARSE): what the kernel stamps files with.
    static long tick(Kernel kernel) {
        return read(kernel, REALTIME_COARSE);
    }

    private static long read(Kernel kernel, int number) {
        MemorySegment time = Scratch.arguments();
        long answer = kernel.call(SystemCall.CLOCK_GETTIME, number, time.address());
        Kernel.check(answer, SystemCall.CLOCK_GETTIME, "clock " + number);
        return time.get(ValueLayout.JAVA_LONG, 0) * NANOS + time.get(ValueLayout.JAVA_LONG, 8);
    }
}
