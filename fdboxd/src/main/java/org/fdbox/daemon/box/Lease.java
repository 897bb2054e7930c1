package org.fdbox.daemon.box;

import java.util.List;

/// Entries that a client has received, or is about to, and not yet confirmed.
record Lease(String id, LeaseHolder holder, String box, List<Entry> entries) {}
