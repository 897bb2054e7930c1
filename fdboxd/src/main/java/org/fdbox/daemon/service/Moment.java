package org.fdbox.daemon.service;

import java.util.function.Consumer;

/// The moments of a put or a take at which the daemon may die without losing what it acknowledged. A test kills it at each.
public enum Moment {
    /// A descriptor was sent to the service manager.
    SENT,
    /// The service manager has it.
    CONFIRMED,
    /// The ledger is about to be written: the boxes have changed.
    CHANGED,
    /// The ledger says so.
    WRITTEN,
    /// The other ledger has been emptied, to be written anew.
    LEDGER_EMPTIED,
    /// It is whole.
    LEDGER_RENEWED,
    /// The service manager is told to let go.
    REMOVED,
    /// A ledger or a descriptor came back, and nothing is served yet.
    TAKEN_BACK;

    /// For the daemon as users run it.
    public static final Consumer<Moment> UNWATCHED = _ -> {};
}
