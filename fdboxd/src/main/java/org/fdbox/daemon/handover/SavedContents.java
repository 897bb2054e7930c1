package org.fdbox.daemon.handover;

import java.util.function.LongConsumer;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadReader;
import org.fdbox.sys.OwnedFd;

/// Contents that were saved, and that tell how far their copying has come.
interface SavedContents extends PayloadReader {

    @Override
    default void into(OwnedFd writable) throws HandlerRefusal {
        into(writable, _ -> {});
    }

    /// The same.
    ///
    /// @param copied told how many bytes were copied so far
    void into(OwnedFd writable, LongConsumer copied) throws HandlerRefusal;
}
