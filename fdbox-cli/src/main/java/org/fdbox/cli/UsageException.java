package org.fdbox.cli;

/// The arguments make no sense. The message says why.
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
