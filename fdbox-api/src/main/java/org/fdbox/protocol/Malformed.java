package org.fdbox.protocol;

/// Bytes that are not what they must be: the stream or the file they came from is lost.
public final class Malformed extends Exception {

    private static final long serialVersionUID = 1L;

    public Malformed(String message) {
        super(message);
    }
}
