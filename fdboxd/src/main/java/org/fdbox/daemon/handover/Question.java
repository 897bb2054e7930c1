package org.fdbox.daemon.handover;

import org.fdbox.daemon.box.Entry;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.sys.OwnedFd;

/// One entry, of which its handler is asked what to write down.
///
/// @param fd stays the entry's
/// @param description the first descriptor that is the same open file, which may be another entry's
/// @param served whether a server may have it
/// @param file the payload's name, if there is going to be one
record Question(Entry entry, OwnedFd fd, OwnedFd description, PreservingHandler handler, boolean served,
        String file) {}
