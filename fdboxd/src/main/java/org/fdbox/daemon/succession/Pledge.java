package org.fdbox.daemon.succession;

import java.util.List;
import java.util.Map;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;

/// That what another daemon was sent is all there is. It is a memfd that both have, so that the other one can still read it when this
/// process has died: empty for as long as the pledge stands. Whoever goes on alone takes it back before anything changes that
/// the other one is not told of.
final class Pledge implements AutoCloseable {

    private static final byte[] TAKEN_BACK = {1};

    private final OwnedFd memfd = Memfd.create("fdbox-pledge");

    /// To be sent before anything else; its descriptor stays this object's.
    Item item() {
        return new Item(Item.PLEDGE, Map.of(), List.of(memfd));
    }

    void takeBack() {
        Contents.write(memfd, TAKEN_BACK, 0);
    }

    /// Whether another daemon's pledge stands.
    ///
    /// @param memfd as it was received; stays the caller's
    static boolean stands(OwnedFd memfd) {
        return Stat.of(memfd).size() == 0;
    }

    @Override
    public void close() {
        memfd.close();
    }
}
