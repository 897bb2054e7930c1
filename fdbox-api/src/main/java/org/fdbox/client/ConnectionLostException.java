package org.fdbox.client;

import java.io.IOException;

/// The daemon ended the connection, or answered what it never should. Whether the last request was carried out is not known;
/// leases of this connection have returned to their boxes.
public final class ConnectionLostException extends IOException {

    private static final long serialVersionUID = 1L;

    ConnectionLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
