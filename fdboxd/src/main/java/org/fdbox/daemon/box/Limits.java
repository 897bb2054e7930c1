package org.fdbox.daemon.box;

/// How much one uid may hold.
///
/// @param boxesPerUid boxes that it may own
/// @param entriesPerUid entries that it may have put
public record Limits(int boxesPerUid, int entriesPerUid) {}
