package org.fdbox.client;

import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;

/// Descriptors that have arrived and still belong to their box until [#confirm()]. Closing it closes the descriptors that
/// nobody took; it does not give the entries back, which only the end of the client's connection does.
public final class Lease implements AutoCloseable {

    private final Calls calls;
    private final String id;
    private final Map<String, OwnedFd> descriptors;

    Lease(Calls calls, String id, Map<String, OwnedFd> descriptors) {
        this.calls = calls;
        this.id = id;
        this.descriptors = Collections.unmodifiableMap(descriptors);
    }

    /// By name, in the order asked for. Belong to this lease until somebody calls [OwnedFd#take()].
    public Map<String, OwnedFd> descriptors() {
        return descriptors;
    }

    /// Makes the entries leave their box.
    ///
    /// @throws Refused.NoSuchLease if it was confirmed before
    public void confirm() throws Refused, IOException {
        calls.call(new Request.Confirm(id));
    }

    @Override
    public void close() {
        descriptors.values().forEach(OwnedFd::close);
    }
}
