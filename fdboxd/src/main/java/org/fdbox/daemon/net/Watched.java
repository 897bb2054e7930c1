package org.fdbox.daemon.net;

import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Poller;

/// What a poller watches one socket for; it is told only of changes.
final class Watched {

    private final Poller poller;
    private final OwnedFd socket;
    private final long token;
    private boolean added;
    private boolean suspended;
    private int events;

    Watched(Poller poller, OwnedFd socket, long token) {
        this.poller = poller;
        this.socket = socket;
        this.token = token;
    }

    /// @param wanted READABLE, WRITABLE or 0; the end of the peer is told in any case
    void watch(int wanted) {
        if (suspended) {
            return;
        }
        if (!added) {
            poller.add(socket, token, wanted);
            added = true;
        } else if (events != wanted) {
            poller.modify(socket, token, wanted);
        }
        events = wanted;
    }

    /// Of nothing at all any more, so that the socket can be closed.
    void stop() {
        if (added) {
            added = false;
            poller.remove(socket);
        }
    }

    /// Of nothing, whatever is wanted, until [#resume].
    void suspend() {
        stop();
        suspended = true;
    }

    void resume() {
        suspended = false;
    }
}
