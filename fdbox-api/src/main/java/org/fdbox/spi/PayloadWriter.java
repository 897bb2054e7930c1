package org.fdbox.spi;

import org.fdbox.sys.OwnedFd;

/// Where a handler puts contents while it preserves. At most one of the methods is called, once.
public interface PayloadWriter {

    /// Saves the contents of a seekable file, holes kept.
    ///
    /// @param readable a descriptor of the handler's own, whose position may move; stays the handler's
    /// @param size in bytes
    /// @throws HandlerRefusal if the contents change meanwhile, or the size is impossible
    void contents(OwnedFd readable, long size) throws HandlerRefusal;

    /// Saves bytes.
    ///
    /// @throws HandlerRefusal if they cannot be written
    void bytes(byte[] bytes) throws HandlerRefusal;
}
