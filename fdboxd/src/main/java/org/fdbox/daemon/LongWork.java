package org.fdbox.daemon;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// A start or an end that takes long, for example because much is to be saved: the service manager is asked for more time
/// (sd_notify(3), EXTEND_TIMEOUT_USEC) until this is closed, or until nothing has got on for a while.
final class LongWork implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration EXTENSION = Duration.ofSeconds(30);
    /// Making a large file durable is one step, and a slow one.
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Readiness readiness;
    private final LongSupplier nanoTime;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile long lastStep;

    private LongWork(Readiness readiness, LongSupplier nanoTime) {
        this.readiness = readiness;
        this.nanoTime = nanoTime;
        this.lastStep = nanoTime.getAsLong();
    }

    /// Asks for more time from now on, if there is anybody to ask.
    static LongWork begin(Readiness readiness) {
        var work = new LongWork(readiness, System::nanoTime);
        if (readiness.isHeard()) {
            work.ask();
            Thread.ofPlatform().name("long-work").daemon().start(() -> work.askWhileItGoesOn(INTERVAL));
        }
        return work;
    }

    private void askWhileItGoesOn(Duration interval) {
        try {
            while (!over.await(interval.toMillis(), TimeUnit.MILLISECONDS)
                    && nanoTime.getAsLong() - lastStep < PATIENCE.toNanos()) {
                ask();
            }
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() {
        readiness.tell("EXTEND_TIMEOUT_USEC=" + TimeUnit.NANOSECONDS.toMicros(EXTENSION.toNanos()));
    }

    /// It has got on.
    void step() {
        lastStep = nanoTime.getAsLong();
    }

    @Override
    public void close() {
        over.countDown();
    }
}
