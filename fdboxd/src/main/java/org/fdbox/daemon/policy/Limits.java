package org.fdbox.daemon.policy;

/// How much one user may have at a time. Counted for each uid.
///
/// @param boxes that it may own
/// @param entries that it may have put
/// @param leases that its connections may have open
/// @param connections that it may have open
/// @param payloadBytes of contents that may be saved for the entries that it put
public record Limits(int boxes, int entries, int leases, int connections, long payloadBytes) {

    /// Stands for: no bound.
    public static final long UNBOUNDED = Long.MAX_VALUE;
}
