package org.fdbox.daemon.net;

import java.util.List;
import org.fdbox.daemon.box.Parcel;
import org.fdbox.sys.OwnedFd;

/// The client's end of a handle's connection, on its way to whoever opened it. However that goes, it is closed here; if nobody got
/// it, the daemon's end sees its peer go.
///
/// @param socket belongs to this
/// @param closed told once its number is free again
record HandleEnd(OwnedFd socket, Runnable closed) implements Parcel {

    @Override
    public List<OwnedFd> descriptors() {
        return List.of(socket);
    }

    @Override
    public void sent() {
        socket.close();
        closed.run();
    }

    @Override
    public void failed() {
        sent();
    }
}
