package org.fdbox.daemon.handover;

import java.util.Locale;

/// How far this daemon is on its way to a successor, as Status says it.
public enum Phase {
    /// It serves.
    LIVE,
    /// What it holds does not change any more: it is being saved, or handed over.
    FREEZING,
    /// A successor has all of it, and may take it.
    OFFERED,
    /// It is the successor's.
    COMMITTED;

    /// As the interface file has it.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
