package org.fdbox.cli.doctor;

/// What one check found.
///
/// @param text one line, not yet made printable
public record Finding(Level level, String text) {

    /// How bad it is.
    public enum Level {
        OK,
        NOTE,
        FAULT,
        /// a fault that has its own exit status
        NO_DAEMON
    }

    static Finding ok(String text) {
        return new Finding(Level.OK, text);
    }

    static Finding note(String text) {
        return new Finding(Level.NOTE, text);
    }

    static Finding fault(String text) {
        return new Finding(Level.FAULT, text);
    }
}
