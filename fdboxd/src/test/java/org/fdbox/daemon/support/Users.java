package org.fdbox.daemon.support;

import java.util.Set;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.ThisProcess;

/// Who asks, in tests.
public final class Users {

    public static final int STAFF = 100;
    public static final PeerCredentials ROOT = new PeerCredentials(1, 0, 0, Set.of());
    public static final PeerCredentials ALICE = new PeerCredentials(11, 1000, 1000, Set.of(STAFF));
    public static final PeerCredentials BOB = new PeerCredentials(12, 1001, 1001, Set.of(STAFF));
    public static final PeerCredentials EVE = new PeerCredentials(13, 1002, 1002, Set.of());
    /// Somebody without a number in our user namespace.
    public static final PeerCredentials NOBODY = new PeerCredentials(0, 65534, 65534, Set.of());
    /// Whoever runs the tests.
    public static final PeerCredentials SELF =
            new PeerCredentials(0, ThisProcess.uid(), ThisProcess.gid(), Set.of());

    private Users() {}
}
