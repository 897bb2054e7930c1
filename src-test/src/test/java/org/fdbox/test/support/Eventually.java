package org.fdbox.test.support;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waits for something that can only be looked at.
public final class Eventually {

    private static final Duration MOST = Duration.ofSeconds(60);

    private Eventually() {}

    /// Looks again and again until it is true.
    ///
    /// @throws AssertionError if it does not become true in a minute
    public static void holds(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + MOST.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not come true within " + MOST.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
