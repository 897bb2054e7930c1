package org.fdbox.daemon.handover;

/// How far a save has come.
///
/// @param bytesTotal an upper bound: holes count as data until they are found
public record SaveProgress(long bytesDone, long bytesTotal, int entriesDone, int entriesTotal) {}
