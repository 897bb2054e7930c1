package org.fdbox.spi;

import org.fdbox.sys.OwnedFd;

/// Contents that were saved. Their checksum is verified while they are read, so that a handler that was given no refusal has
/// what was saved, to the bit.
public interface PayloadReader {

    /// In bytes, holes included.
    long size();

    /// Writes them to the same offsets of a file; holes stay unwritten.
    ///
    /// @param writable stays the handler's
    /// @throws HandlerRefusal if they are not what was saved: a bit is wrong, or the end is missing
    void into(OwnedFd writable) throws HandlerRefusal;

    /// All of them at once.
    ///
    /// @throws HandlerRefusal if there are more than the handler allows, or they are not what was saved
    byte[] bytes(int most) throws HandlerRefusal;
}
