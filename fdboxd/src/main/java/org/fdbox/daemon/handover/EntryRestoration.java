package org.fdbox.daemon.handover;

import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Restoration;

/// The view that one entry has of a recovery.
interface EntryRestoration extends Restoration {

    @Override
    SavedContents payload() throws HandlerRefusal;
}
