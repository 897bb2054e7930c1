package org.fdbox.cli;

/// What the shell is told.
final class ExitStatus {
    static final int DONE = 0;
    /// Refused by the daemon, or impossible here.
    static final int REFUSED = 1;
    static final int USAGE = 2;
    static final int NO_DAEMON = 3;
    static final int BROKE_OFF = 4;

    private ExitStatus() {}
}
