package org.fdbox.daemon.succession;

/// The other daemon is gone, stalls, or does not keep to the stream's form; the message says which.
public final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    public Broken(String message) {
        super(message);
    }

    Broken(String message, Throwable cause) {
        super(message, cause);
    }
}
