package org.fdbox.daemon.box;

import java.util.List;

/// Entries that a client has received, or is about to, and not yet confirmed.
///
/// @param uid who asked for them
record Lease(String id, LeaseHolder holder, int uid, String box, List<Entry> entries) {}
