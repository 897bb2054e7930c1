package org.fdbox.spi;

/// A handler says no. The message is the reason, for people.
public final class HandlerRefusal extends Exception {

    private static final long serialVersionUID = 1L;

    public HandlerRefusal(String reason) {
        super(reason);
    }

    public HandlerRefusal(String reason, Throwable cause) {
        super(reason, cause);
    }
}
