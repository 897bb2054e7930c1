package org.fdbox.daemon.net;

import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.dispatch.OwnFiles;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixSocket;

/// Makes the two ends of a handle's connection, both counted and both known as the daemon's own until the connection ends.
final class HandleSockets {

    private final Intake intake;
    private final OwnFiles own;

    HandleSockets(Intake intake, OwnFiles own) {
        this.intake = intake;
        this.own = own;
    }

    /// @param daemons non-blocking; belongs to the receiver
    /// @param clients to be sent
    record Ends(OwnedFd daemons, HandleEnd clients) {}

    /// Counts a connection, which [Incoming#end] gives back.
    ///
    /// @throws Refused QuotaExceeded, or OutOfFileDescriptors
    Ends open(BoxHandle handle) throws Refused {
        int uid = handle.account().uid();
        intake.connectHandle(uid);
        boolean made = false;
        try (UnixSocket.Pair pair = UnixSocket.pair()) {
            OpenFile.setStatusFlags(pair.one(), OpenFlags.NONBLOCK);
            own.add(handle, pair);
            var ends = new Ends(
                    pair.one().take(), new HandleEnd(pair.other().take(), intake::handleSent));
            made = true;
            return ends;
        } catch (SystemCallException full) {
            throw new Refused.OutOfFileDescriptors(intake.descriptorLimit());
        } finally {
            if (!made) {
                intake.handleSent();
                intake.disconnect(uid);
            }
        }
    }
}
