package org.fdbox.daemon.net;

/// Of a [Connection].
///
/// reading -> (request) -> writing -> reading; a request that may block goes by way of working; one whose replies never end
/// goes from writing to awaiting and back until the client goes; any of them -> closed.
enum State {
    /// The next message is waited for.
    READING,
    /// A worker has the request.
    WORKING,
    /// Whoever has the next reply pushes it.
    AWAITING,
    /// A reply has not left yet.
    WRITING,
    /// The client is gone.
    CLOSED
}
