package org.fdbox.daemon.net;

/// Of a [Dialogue].
///
/// reading -> held -> reading, where its user has to wait; reading -> (request) -> writing -> reading; a request that may block goes by way of working; one whose replies never end
/// goes from writing to awaiting and back until the client goes; any of them -> closed.
enum State {
    /// The next message is waited for.
    READING,
    /// Nothing is read, for as long as too much of its user's is worked on or waits to be closed.
    HELD,
    /// A worker has the request.
    WORKING,
    /// Whoever has the next reply pushes it.
    AWAITING,
    /// A reply has not left yet.
    WRITING,
    /// The client is gone.
    CLOSED
}
