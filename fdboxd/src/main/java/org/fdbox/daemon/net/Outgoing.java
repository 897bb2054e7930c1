package org.fdbox.daemon.net;

import java.util.List;
import org.fdbox.daemon.box.Handout;
import org.fdbox.sys.Courier;
import org.fdbox.sys.OwnedFd;

/// A reply on its way out, with the descriptors that go with its first byte.
final class Outgoing {

    private final byte[] bytes;
    private Handout handout;
    private int sent;

    /// @param handout told whether it was sent; null where no descriptors go
    Outgoing(byte[] bytes, Handout handout) {
        this.bytes = bytes;
        this.handout = handout;
    }

    /// Sends as much as the socket takes; answers whether that was all.
    ///
    /// @throws org.fdbox.sys.SystemCallException if the peer is gone, or too many descriptors are in flight
    boolean send(Courier courier, OwnedFd socket) {
        while (sent < bytes.length) {
            int count =
                    courier.send(socket, bytes, sent, handout == null ? List.of() : handout.descriptors());
            if (count == 0) {
                return false;
            }
            sent += count;
            if (handout != null) {
                handout.sent();
                handout = null;
            }
        }
        return true;
    }

    /// Whether descriptors still wait to be sent.
    boolean hasDescriptors() {
        return handout != null;
    }

    /// It will not be sent any further: descriptors that did not leave stay where they are.
    void abandon() {
        if (handout != null) {
            handout.failed();
            handout = null;
        }
    }
}
