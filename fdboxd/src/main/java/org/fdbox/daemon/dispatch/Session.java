package org.fdbox.daemon.dispatch;

import java.util.EnumSet;
import java.util.Set;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.LeaseHolder;
import org.fdbox.protocol.Interface;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.PeerCredentials;

/// A client's connection, as the verbs see it.
///
/// @param id for the log
/// @param caller who is asking, for what is done in a box
/// @param leases what it took and did not confirm yet
public record Session(long id, Caller caller, LeaseHolder leases) {

    /// On whose account it works: for limits and the log, and no ground for any right.
    public int uid() {
        return caller.account().uid();
    }

    /// The user that is asking, for what takes a user and no right on a box.
    ///
    /// @throws Refused.PermissionDenied over a handle, which has no user
    PeerCredentials peer() throws Refused.PermissionDenied {
        return switch (caller) {
            case Caller.Peer(var who) -> who;
            case BoxHandle _ -> throw new Refused.PermissionDenied();
        };
    }

    /// What is spoken on it.
    public Set<Interface> interfaces() {
        return switch (caller) {
            case Caller.Peer _ -> EnumSet.allOf(Interface.class);
            case BoxHandle _ -> EnumSet.of(Interface.SERVICE, Interface.STORE);
        };
    }

    @Override
    public String toString() {
        PeerCredentials account = caller.account();
        return "conn=" + id + " uid=" + Integer.toUnsignedString(account.uid()) + switch (caller) {
            case Caller.Peer _ -> " pid=" + account.pid();
            case BoxHandle handle -> " handle=" + handle.box();
        };
    }
}
