/// Sockets and threads.
///
/// **The happy path.** A few [org.fdbox.daemon.net.EventLoop]s share the listening sockets; whichever accepts a connection
/// serves it, on one thread, for as long as it lasts. A [org.fdbox.daemon.net.Connection] reads messages from a
/// [org.fdbox.daemon.net.ClientSocket]; its [org.fdbox.daemon.net.Dialogue] is a small state machine: reading, working, writing. What may block is done by a worker thread, which hands its
/// answer back to the loop. Of a call whose replies never end, whoever has the next one pushes it into a
/// [org.fdbox.daemon.dispatch.ReplyStream], from which the connection takes it when the last has left.
/// Before the end, [org.fdbox.daemon.net.Server#quieten()] leaves only those connections, so that their clients are told to the
/// last.
/// The connection of a box handle begins on the loop of whoever opened it: the loop keeps one end of a socket pair and sends
/// the other ([org.fdbox.daemon.net.HandleSockets]).
///
/// **Letting go of everybody.** A live take-over moves connections to another process while their clients wait for a moment
/// ([org.fdbox.daemon.net.Server#suspend]). Every loop rests: it accepts nobody and reads nothing, but runs what is posted to it, so
/// what workers have comes to its end. Once all loops have nothing to await, each takes its connections apart
/// ([org.fdbox.daemon.net.Suspension]) into records that say everything: what arrived and was not served, what is due and has not left,
/// and what comes next. What was about to be handed out, and had not left, is back in its box, and its request is one that was not
/// served. A listing is written to its end; work without effect is given up and will be done once more. From such a record
/// a connection is put together again ([org.fdbox.daemon.net.Suspended]), by the successor, or here if there is none: that is the
/// same code, so whatever ends a take-over early proves that the records are whole. What is due leaves first; then the next message is
/// read, or a stream goes on, which collects meanwhile. Here a stream is the one it was, and elsewhere it begins before
/// anybody is served, so nothing happens between.
///
/// If something is worked on for too long, those who rest are put together again, the others go on as they are, and the caller is told.
/// Connections that had ended and only wait for their clients to read ([org.fdbox.daemon.net.Farewell]) stay and end here. Whatever
/// is still suspended when the server ends is somebody else's: it is closed without shutdown(2), and its leases stay. Deadlines
/// begin anew.
///
/// A request is told of in the audit ([org.fdbox.daemon.net.Exchange]) where it comes to its end, and once: one that is to be served once
/// more, where it is; an Upgrade, where it is answered; all others here, also if their reply has not left, since what they did is
/// done, and the successor gets nothing of them but bytes.
///
/// **The unhappy paths.** No next request is read before the last reply has left, so a client that does not read holds up only
/// itself. Whoever leaves a message or a reply unfinished for too long is cut off, and unfinished bytes are bounded for each
/// user and in all ([org.fdbox.daemon.net.Intake]). Descriptors that nobody wanted are closed by the
/// [org.fdbox.daemon.net.Closer], on threads that may wait, a few for each user; they count from the moment they were received until
/// close(2) has returned, and whoever has too many waiting for that is not read from until they are fewer
/// ([org.fdbox.daemon.net.Backlog]). Descriptors that a client was sent and does not read are bounded for each user
/// ([org.fdbox.daemon.net.Unread]), also after the end of its connection ([org.fdbox.daemon.net.Farewell]). When
/// a connection ends, by whatever cause, its leases return and what it was about to be sent stays in its box.
package org.fdbox.daemon.net;
