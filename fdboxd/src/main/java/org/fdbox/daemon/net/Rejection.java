package org.fdbox.daemon.net;

import java.util.List;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Courier;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends connections that may not stay, and says why. Only on the thread of its loop.
final class Rejection {

    private static final Logger LOG = LoggerFactory.getLogger(Rejection.class);

    private final Courier courier;
    private final Closer closer;
    private final Intake intake;

    /// @param courier stays the caller's
    Rejection(Courier courier, Closer closer, Intake intake) {
        this.courier = courier;
        this.closer = closer;
        this.intake = intake;
    }

    /// What the client sent may hold descriptors, which the kernel closes with the socket; so only one that holds none is
    /// left to the caller.
    ///
    /// @param socket closed by the caller, if it is still there
    void end(OwnedFd socket, int uid, Refused refused) {
        LOG.info("uid={} refused a connection: {}", Integer.toUnsignedString(uid), refused.getMessage());
        tell(socket, refused);
        UnixSocket.shutdown(socket);
        if (!courier.discard(socket)) {
            intake.arrived(1);
            closer.close(uid, socket, () -> intake.gone(1));
        }
    }

    private void tell(OwnedFd socket, Refused refused) {
        try {
            courier.send(socket, Codec.encodeRefusal(refused), 0, List.of());
        } catch (SystemCallException gone) {
            LOG.debug("nobody is there to be told", gone);
        }
    }
}
