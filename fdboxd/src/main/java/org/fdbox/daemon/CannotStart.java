package org.fdbox.daemon;

/// Something about the machine keeps the daemon from starting; the message says what to do.
final class CannotStart extends Exception {
    private static final long serialVersionUID = 1L;

    CannotStart(String message) {
        super(message);
    }
}
