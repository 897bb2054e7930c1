package org.fdbox.daemon.box;

import org.fdbox.sys.PeerCredentials;

/// Who asks for something in a box: a user, known by the credentials of its connection, or whoever holds a handle to one box.
/// What either may do is judged in one place, [Shelf#authorised].
public sealed interface Caller permits Caller.Peer, BoxHandle {

    /// On whose account it happens: who is the putter of what is put, and whose limits hold. Says nothing of rights.
    PeerCredentials account();

    /// A process that connected.
    record Peer(PeerCredentials who) implements Caller {
        @Override
        public PeerCredentials account() {
            return who;
        }
    }

    static Caller of(PeerCredentials who) {
        return new Peer(who);
    }
}
