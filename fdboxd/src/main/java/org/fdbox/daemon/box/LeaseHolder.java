package org.fdbox.daemon.box;

import java.util.HashMap;
import java.util.Map;

/// The one who may confirm: a connection. Guarded by the store's lock.
public final class LeaseHolder {

    private final Map<String, Lease> leases = new HashMap<>();

    Map<String, Lease> leases() {
        return leases;
    }
}
