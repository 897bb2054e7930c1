package org.fdbox.daemon.succession;

import java.time.Duration;
import java.util.List;
import org.fdbox.protocol.Refused;

/// Those who are connected, while this process may have to let go of them.
public interface Clients {

    /// Accepts nobody and reads no further request, and lets what is being worked on come to its end.
    ///
    /// @param most how long that may take
    /// @return every connection as it stands; they stay this object's
    /// @throws Refused.HandoverFailed if something was still being worked on by then; everybody is served again
    List<SuspendedClient> suspend(Duration most) throws Refused.HandoverFailed;

    /// Serves them again, as if nothing had been.
    void resume();
}
