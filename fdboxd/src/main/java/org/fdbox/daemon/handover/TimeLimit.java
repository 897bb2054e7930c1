package org.fdbox.daemon.handover;

import java.time.Duration;

/// Says for how long an [Attempt] is waited for, and is told how long it was. Used under the attempt's lock.
interface TimeLimit {
    /// How long a handler that was asked may be silent.
    Duration answer();

    /// How long its server may be, while contents are copied.
    Duration contents();

    /// So much time was spent, in which so many bytes of contents were copied.
    void spend(long nanos, long more);

    /// Whether all the time that was spent is too much, for all the bytes.
    boolean isSpent();

    /// Nothing came of so much time.
    void inVain(Duration time);
}
