package org.fdbox.daemon.handlers;

import java.util.Map;
import java.util.function.Predicate;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// A kind of which nothing but its name and the reason is particular.
///
/// Preserved while somebody holds it: everything.
///
/// Not preserved without a holder: anything.
///
/// @param reason why it cannot be made again, for people
/// @param test whether a descriptor is of this kind
record LiveOnlyHandler(String compatible, String kind, String reason, Predicate<FdFacts> test)
        implements FdHandler {

    @Override
    public Survival survival() {
        return Survival.LIVE;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return test.test(facts);
    }

    /// Closing the last one may wait for a device.
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        return Prospect.live(reason);
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        return Map.of("object", facts.link(), "flags", OpenFlags.names(facts.flags()));
    }
}
