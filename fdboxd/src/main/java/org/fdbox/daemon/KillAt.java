package org.fdbox.daemon;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.fdbox.sys.ThisProcess;

/// For tests of what a sudden death leaves behind: `FDBOXD_KILL_AT=STEP` kills the daemon at a [org.fdbox.daemon.handover.Step] or a
/// [org.fdbox.daemon.service.Moment], a [org.fdbox.daemon.succession.State] or a stage of [Succeeding], and `STEP:N` when it comes there
/// for the N-th time; `FDBOXD_STOP_AT=STEP` stops it there until SIGCONT comes.
final class KillAt {

    private final String fatal;
    private final AtomicInteger left;
    private final String stopping;

    private KillAt(String fatal, int times, String stopping) {
        this.fatal = fatal;
        this.stopping = stopping;
        this.left = new AtomicInteger(times);
    }

    static KillAt asTold(Map<String, String> environment) {
        String[] parts = environment.getOrDefault("FDBOXD_KILL_AT", "").split(":", 2);
        return new KillAt(parts[0], parts.length == 2 ? Integer.parseInt(parts[1]) : 1,
                environment.getOrDefault("FDBOXD_STOP_AT", ""));
    }

    void reached(Enum<?> step) {
        if (step.name().equals(stopping)) {
            ThisProcess.stop();
            // The signal takes effect on all threads, and on this one perhaps not at once.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        if (step.name().equals(fatal) && left.decrementAndGet() == 0) {
            ThisProcess.kill();
        }
    }
}
