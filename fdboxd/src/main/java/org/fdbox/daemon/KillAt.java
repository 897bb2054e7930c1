package org.fdbox.daemon;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.fdbox.daemon.handover.Step;
import org.fdbox.sys.ThisProcess;

/// For tests of what a sudden death leaves behind: `FDBOXD_KILL_AT=STEP` kills the daemon at a [Step], and `STEP:N` when it comes
/// there for the N-th time.
final class KillAt {

    private KillAt() {}

    static Step.Watcher asTold(Map<String, String> environment) {
        String told = environment.getOrDefault("FDBOXD_KILL_AT", "");
        if (told.isEmpty()) {
            return Step.Watcher.NONE;
        }
        String[] parts = told.split(":", 2);
        Step fatal = Step.valueOf(parts[0]);
        var left = new AtomicInteger(parts.length == 2 ? Integer.parseInt(parts[1]) : 1);
        return step -> {
            if (step == fatal && left.decrementAndGet() == 0) {
                ThisProcess.kill();
            }
        };
    }
}
