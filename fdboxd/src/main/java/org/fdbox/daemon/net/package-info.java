/// Sockets and threads.
///
/// **The happy path.** A few [org.fdbox.daemon.net.EventLoop]s share the listening sockets; whichever accepts a connection
/// serves it, on one thread, for as long as it lasts. A [org.fdbox.daemon.net.Connection] is a small state machine: reading,
/// working, writing, over a [org.fdbox.daemon.net.ClientSocket]. What may block is done by a worker thread, which hands its
/// answer back to the loop. Of a call whose replies never end, whoever has the next one pushes it into a
/// [org.fdbox.daemon.dispatch.ReplyStream], from which the connection takes it when the last has left.
/// Before the end, [org.fdbox.daemon.net.Server#quieten()] leaves only those connections, so that their clients are told to the
/// last.
/// The connection of a box handle begins on the loop of whoever opened it: the loop keeps one end of a socket pair and sends
/// the other ([org.fdbox.daemon.net.HandleSockets]).
///
/// **The unhappy paths.** No next request is read before the last reply has left, so a client that does not read holds up only
/// itself. Whoever leaves a message or a reply unfinished for too long is cut off, and unfinished bytes are bounded for each
/// user and in all ([org.fdbox.daemon.net.Intake]). Descriptors that nobody wanted are closed by the
/// [org.fdbox.daemon.net.Closer], on threads that may wait, a few for each user. When a connection ends, by whatever cause, its leases return
/// and what it was about to be sent stays in its box.
package org.fdbox.daemon.net;
