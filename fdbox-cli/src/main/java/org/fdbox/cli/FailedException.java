package org.fdbox.cli;

/// What was asked for cannot be done, for a reason on this side of the socket. The message says which.
final class FailedException extends Exception {

    private static final long serialVersionUID = 1L;

    FailedException(String message) {
        super(message);
    }
}
