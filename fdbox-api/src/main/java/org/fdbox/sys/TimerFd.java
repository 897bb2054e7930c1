package org.fdbox.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.NoSuchElementException;

/// Timers that are read like files (timerfd_create(2)).
public final class TimerFd {

    private static final int TFD_TIMER_ABSTIME = 1;
    private static final int TFD_TIMER_CANCEL_ON_SET = 2;
    /// _IOW('T', 0, __u64) of include/uapi/linux/timerfd.h.
    private static final long TFD_IOC_SET_TICKS = 0x40085400L;
    private static final long NANOS = 1_000_000_000L;
    private static final int TRIES = 8;

    /// How a timer stands.
    ///
    /// @param remaining nanoseconds to the next expiry; 0 if it is not armed
    /// @param interval nanoseconds between the later ones; 0 if there are none
    /// @param ticks expiries that nobody read yet; unsigned
    /// @param absolute whether it was set to a time, not to a duration
    /// @param cancelOnSet whether reading fails with ECANCELED after the time of day was set
    public record State(
            Clock clock, long remaining, long interval, long ticks, boolean absolute, boolean cancelOnSet) {

        /// A timer that repeats has a next expiry, unless the last one was not counted yet.
        private boolean expiredMeanwhile() {
            return interval > 0 && remaining == 0 && ticks != 0;
        }

        private State withRemaining(long nanos) {
            return new State(clock, nanos, interval, ticks, absolute, cancelOnSet);
        }
    }

    private TimerFd() {}

    /// Makes one that is close-on-exec and not armed.
    ///
    /// @return owned by the caller; blocking
    /// @throws SystemCallException EPERM for an alarm clock without CAP_WAKE_ALARM
    public static OwnedFd create(Clock clock) {
        return create(Kernel.SYSTEM, clock);
    }

    static OwnedFd create(Kernel kernel, Clock clock) {
        long number = kernel.call(SystemCall.TIMERFD_CREATE, clock.number, OpenFlags.CLOEXEC);
        return new OwnedFd(kernel, Kernel.check(number, SystemCall.TIMERFD_CREATE, "a timer of " + clock));
    }

    /// How it stands. Takes no tick away: timerfd_gettime(2) counts the expiries that were due, and fdinfo then tells them all.
    ///
    /// @param timer stays the caller's
    /// @throws NoSuchElementException if this kernel does not tell
    /// @throws IllegalArgumentException if it tells something unknown
    public static State state(OwnedFd timer) {
        State state = caughtUp(timer);
        for (int i = 1; i < TRIES && state.expiredMeanwhile(); i++) {
            state = caughtUp(timer);
        }
        // Too fast to be caught between two expiries: the last one was just now.
        return state.expiredMeanwhile() ? state.withRemaining(state.interval) : state;
    }

    private static State caughtUp(OwnedFd timer) {
        timer.must(SystemCall.TIMERFD_GETTIME, Scratch.arguments().address(), 0);
        return read(FdInfo.of(timer));
    }

    private static State read(FdInfo info) {
        int flags = Integer.parseInt(info.get("settime flags"), 8);
        return new State(
                Clock.of(Integer.parseInt(info.get("clockid"))),
                nanos(info.get("it_value")),
                nanos(info.get("it_interval")),
                Long.parseUnsignedLong(info.get("ticks")),
                (flags & TFD_TIMER_ABSTIME) != 0,
                (flags & TFD_TIMER_CANCEL_ON_SET) != 0);
    }

    /// From "(seconds, nanoseconds)".
    private static long nanos(String pair) {
        String[] parts = pair.replaceAll("[() ]", "").split(",", 2);
        return Math.addExact(Math.multiplyExact(Long.parseLong(parts[0]), NANOS), Long.parseLong(parts[1]));
    }

    /// Arms a timer (timerfd_settime(2)), which forgets its ticks.
    ///
    /// @param value nanoseconds from now, or where absolute the time on its clock; 0 disarms
    /// @param interval nanoseconds between the later expiries
    public static void set(OwnedFd timer, long value, long interval, boolean absolute, boolean cancelOnSet) {
        MemorySegment times = Scratch.arguments();
        times.setAtIndex(ValueLayout.JAVA_LONG, 0, interval / NANOS);
        times.setAtIndex(ValueLayout.JAVA_LONG, 1, interval % NANOS);
        times.setAtIndex(ValueLayout.JAVA_LONG, 2, value / NANOS);
        times.setAtIndex(ValueLayout.JAVA_LONG, 3, value % NANOS);
        int flags = (absolute ? TFD_TIMER_ABSTIME : 0) | (cancelOnSet ? TFD_TIMER_CANCEL_ON_SET : 0);
        long answer = timer.call(SystemCall.TIMERFD_SETTIME, flags, times.address(), 0);
        Kernel.check(answer, SystemCall.TIMERFD_SETTIME, timer);
    }

    /// Gives it ticks to be read, and wakes who waits for them.
    ///
    /// @param ticks more than 0; unsigned
    /// @throws SystemCallException ENOTTY on a kernel that was built without CONFIG_CHECKPOINT_RESTORE
    public static void setTicks(OwnedFd timer, long ticks) {
        MemorySegment count = Scratch.arguments();
        count.set(ValueLayout.JAVA_LONG, 0, ticks);
        long answer = timer.call(SystemCall.IOCTL, TFD_IOC_SET_TICKS, count.address(), 0);
        Kernel.check(answer, SystemCall.IOCTL, "ticks of " + timer);
    }
}
