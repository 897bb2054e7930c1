package org.fdbox.daemon.dispatch;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// How many refusals of one user are told in a second: what is more than programs that work would cause is only counted, or
/// one user could push what others did out of the log.
final class AuditBrake {

    /// Of one user, in a second.
    static final int MOST = 100;

    static final Turn TELL = new Turn(true, false, 0);

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MANY_USERS = 1000;

    private final LongSupplier nanoTime;
    private final Map<Integer, Window> byUid = new HashMap<>();

    private static final class Window {
        private final long began;
        private int told;
        private int untold;

        private Window(long began) {
            this.began = began;
        }
    }

    /// What is to be told now.
    ///
    /// @param event whether the event itself
    /// @param begins whether counting has begun with it
    /// @param untold how many were counted since that was told last, where that is over
    record Turn(boolean event, boolean begins, int untold) {}

    AuditBrake(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Asked once for each event.
    synchronized Turn turn(int uid) {
        long now = nanoTime.getAsLong();
        Window window = byUid.get(uid);
        if (window == null || now - window.began >= WINDOW_NANOS) {
            forgetOthers(now);
            int untold = window == null ? 0 : window.untold;
            window = new Window(now);
            window.told = 1;
            byUid.put(uid, window);
            return new Turn(true, false, untold);
        }
        if (window.told < MOST) {
            window.told++;
            return TELL;
        }
        window.untold++;
        return new Turn(false, window.untold == 1, 0);
    }

    /// Users of whom there is nothing more to tell.
    private void forgetOthers(long now) {
        if (byUid.size() >= MANY_USERS) {
            byUid.values().removeIf(one -> one.untold == 0 && now - one.began >= WINDOW_NANOS);
        }
    }
}
