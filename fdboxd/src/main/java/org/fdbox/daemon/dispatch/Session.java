package org.fdbox.daemon.dispatch;

import org.fdbox.daemon.box.LeaseHolder;
import org.fdbox.sys.PeerCredentials;

/// A client's connection, as the verbs see it.
///
/// @param id for the log
/// @param who is asking
/// @param leases what it took and did not confirm yet
public record Session(long id, PeerCredentials who, LeaseHolder leases) {

    @Override
    public String toString() {
        return "conn=" + id + " uid=" + Integer.toUnsignedString(who.uid()) + " pid=" + who.pid();
    }
}
