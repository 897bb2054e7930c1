package org.fdbox.daemon.box;

import java.util.List;

/// A box that outlived the daemon which had it, with descriptors that are open.
///
/// @param entries held, all of them
public record LiveBox(String name, Access access, long createdUSec, boolean sealed, List<Entry> entries) {}
