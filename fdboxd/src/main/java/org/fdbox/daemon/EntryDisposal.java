package org.fdbox.daemon;

import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Disposal;
import org.fdbox.daemon.handover.PreparedCopies;
import org.fdbox.daemon.net.Closer;

/// What becomes of an entry that its box has let go of: its descriptor is closed, elsewhere if that may block, and a copy of its
/// contents that was made ahead is removed.
record EntryDisposal(Closer closer, PreparedCopies copies) implements Disposal {

    @Override
    public void dispose(Content.Held held, int uid, Runnable closed) {
        copies.forget(held.fd()).ifPresent(task -> closer.run(uid, task));
        if (held.kind().mayBlock()) {
            closer.close(uid, held.fd(), closed);
        } else {
            held.fd().close();
            closed.run();
        }
    }
}
