package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.Clock;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.TimerFd;

/// Timers (timerfd_create(2)).
///
/// Preserved: the clock, the next expiry, the interval, ticks that nobody read, whether it was set to a time or to a duration and
/// is cancelled when the time of day is set, the status flags. Time goes on while nobody holds the timer: it expires when it
/// would have, and what was due meanwhile is counted. Until the next boot the timer's own clock tells how much time passed;
/// after it, the time of day does.
///
/// Not preserved: who waits on it, its membership in an epoll; that the time of day was set meanwhile. It never expires early, but
/// may be late by as long as it took to save and to restore it, without what lay between.
public final class TimerFdHandler implements PreservingHandler {

    @Override
    public String compatible() {
        return "fdbox,timerfd-v1";
    }

    @Override
    public String kind() {
        return "timerfd";
    }

    @Override
    public Survival survival() {
        return Survival.CONTENTS;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return KernelObject.name(facts).equals("timerfd");
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    /// Alarm clocks need a capability, and ticks a kernel that lets them be set.
    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        try (OwnedFd sample = TimerFd.create(TimerFd.state(fd).clock())) {
            TimerFd.setTicks(sample, 1);
            return Prospect.of(Survival.CONTENTS);
        } catch (SystemCallException | NoSuchElementException | IllegalArgumentException impossible) {
            return Prospect.live("such a timer cannot be made here: " + impossible.getMessage());
        }
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        TimerFd.State state = TimerFd.state(fd);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("clock", state.clock().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        properties.put("remainingNSec", state.remaining());
        properties.put("intervalNSec", state.interval());
        // Text, because it can pass 2^63.
        properties.put("ticks", Long.toUnsignedString(state.ticks()));
        properties.put("absolute", state.absolute());
        properties.put("cancelOnSet", state.cancelOnSet());
        properties.put("flags", OpenFlags.names(new FdFacts(fd).flags()));
        return properties;
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        try {
            Map<String, Object> properties = describe(fd);
            properties.put("clockNSec", pace(new Properties(properties)).now());
            properties.put("realtimeNSec", Clock.REALTIME.now());
            properties.put("bootId", Namespace.bootId());
            return properties;
        } catch (NoSuchElementException | IllegalArgumentException | SystemCallException unknown) {
            throw new HandlerRefusal("its state cannot be read: " + unknown.getMessage(), unknown);
        }
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        try (OwnedFd timer = TimerFd.create(clock(properties))) {
            OpenFile.setStatusFlags(timer, OpenFlags.bits(properties.strings("flags")));
            resume(timer, properties);
            return timer.take();
        } catch (IllegalArgumentException | SystemCallException failed) {
            throw new HandlerRefusal("it cannot be made again: " + failed.getMessage(), failed);
        }
    }

    private static void resume(OwnedFd timer, Properties properties) throws HandlerRefusal {
        long interval = properties.count("intervalNSec");
        long saved = properties.count("remainingNSec");
        long ticks = Long.parseUnsignedLong(properties.string("ticks"));
        boolean absolute = properties.flag("absolute");
        long now = pace(properties).now();
        // Below 0 by how late it is.
        long remaining = saved == 0 ? 0 : minus(saved, passed(properties, now));
        if (saved > 0 && remaining <= 0) {
            ticks += interval == 0 ? 1 : 1 - remaining / interval;
            remaining = interval == 0 ? 0 : interval + remaining % interval;
        }
        long value = absolute && remaining > 0 ? minus(now, -remaining) : remaining;
        TimerFd.set(timer, value, interval, absolute, properties.flag("cancelOnSet"));
        if (ticks != 0) {
            TimerFd.setTicks(timer, ticks);
        }
    }

    /// Nanoseconds since it was saved; fewer than 0 if the time of day that it follows was set back.
    private static long passed(Properties properties, long now) throws HandlerRefusal {
        boolean sameClock =
                pace(properties).isTimeOfDay() || properties.string("bootId").equals(Namespace.bootId());
        return sameClock
                ? now - properties.number("clockNSec")
                : Math.max(0, Clock.REALTIME.now() - properties.count("realtimeNSec"));
    }

    private static Clock clock(Properties properties) throws HandlerRefusal {
        return Clock.valueOf(properties.string("clock").toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /// The clock that its next expiry is tied to: a duration on CLOCK_REALTIME does not care that the time of day is set
    /// (timerfd_create(2)).
    private static Clock pace(Properties properties) throws HandlerRefusal {
        Clock clock = clock(properties);
        return clock == Clock.REALTIME && !properties.flag("absolute") ? Clock.MONOTONIC : clock;
    }

    /// The largest number where the difference is larger still: such a timer never expires.
    private static long minus(long one, long other) {
        long difference = one - other;
        return one >= 0 && other < 0 && difference < 0 ? Long.MAX_VALUE : difference;
    }
}
