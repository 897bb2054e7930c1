package org.fdbox.daemon.handover;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/// For as long as this is open, nobody saves. Any thread may close it.
public final class Exclusive implements AutoCloseable {

    private final Semaphore saving;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// @param saving acquired
    Exclusive(Semaphore saving) {
        this.saving = saving;
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            saving.release();
        }
    }
}
