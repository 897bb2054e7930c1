package org.fdbox.client;

import java.io.IOException;
import org.fdbox.sys.Errno;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixAddress;

/// Nobody could be reached at an address.
public final class NoDaemonException extends IOException {

    private static final long serialVersionUID = 1L;

    NoDaemonException(UnixAddress address, SystemCallException cause) {
        super("no daemon could be reached at " + address + " (" + Errno.describe(cause.errno()) + ")", cause);
    }
}
