package org.fdbox.spi;

import java.util.Map;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// Knows a kind that can be made again when nobody holds it open. All methods run on threads that may block.
public interface PreservingHandler extends FdHandler {

    /// Copies ahead of a save what would make that long: hands the contents to the payload as [#preserve] will, and nothing
    /// more. They may change afterwards; the save finds what did.
    ///
    /// @param payload takes contents only
    /// @throws HandlerRefusal if they cannot be copied
    default void prepare(OwnedFd fd, PayloadWriter payload) throws HandlerRefusal {}

    /// Writes down what [#restore] will need. The descriptor stays in use meanwhile and must not be changed, its position
    /// included.
    ///
    /// @param putter whose rights count when it is opened again
    /// @param payload for contents; untouched, there is none
    /// @return properties for the manifest; values as JSON has them
    /// @throws HandlerRefusal if it cannot be preserved; its box is then not saved
    Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal;

    /// Makes the descriptor again.
    ///
    /// @param properties as a [#preserve] of this or an earlier version returned them; they may have been tampered with
    /// @return owned by the daemon from now on
    /// @throws HandlerRefusal if it cannot be made, now or here; the entry stays pending with this reason
    OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal;
}
