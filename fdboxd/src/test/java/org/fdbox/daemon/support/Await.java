package org.fdbox.daemon.support;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Waits for what another thread will do and does not announce.
public final class Await {

    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Await() {}

    /// @throws AssertionError if it does not come true within bounds
    public static void until(String what, Callable<Boolean> condition) throws Exception {
        if (!comesTrue(condition)) {
            throw new AssertionError("did not come true: " + what);
        }
    }

    static boolean comesTrue(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + MOST_NANOS;
        while (!condition.call()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
        return true;
    }
}
