package org.fdbox.daemon.box;

import java.util.List;
import org.fdbox.sys.OwnedFd;

/// Descriptors on their way to a client. Whoever sends it calls one of its last two methods, once.
public interface Parcel {

    /// What to send; stays the parcel's.
    List<OwnedFd> descriptors();

    /// The descriptors were sent: the kernel has duplicates in the client's queue.
    void sent();

    /// They were not and will not be.
    void failed();
}
