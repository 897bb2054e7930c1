package org.fdbox.daemon.box;

/// Where a descriptor goes that the store lets go of. Called without the lock.
@FunctionalInterface
public interface Disposal {

    /// @param held whose descriptor is to be closed, elsewhere if that may block
    /// @param uid who put it
    /// @param closed to be told when its number is free again
    void dispose(Content.Held held, int uid, Runnable closed);
}
