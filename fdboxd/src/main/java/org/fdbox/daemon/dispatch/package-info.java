/// From a request to an answer: one method a verb, each in the same order: shape, authorise, quota, state, act, reply.
///
/// **The happy path.** [org.fdbox.daemon.dispatch.Dispatcher] is the one exhaustive switch. A verb returns an
/// [org.fdbox.daemon.dispatch.Answer]: at once if it only needs the store, or as work for a thread that may block if it asks
/// a handler or a disk, or as a stream of replies that others push.
/// [org.fdbox.daemon.dispatch.Watchers] are those who called Monitor: events reach them in the order of the changes, by the rights that
/// held then.
///
/// [org.fdbox.daemon.dispatch.Audit] tells who asked for what and what came of it; whoever sends the answer knows the latter, and tells it.
///
/// **The unhappy paths.** What the protocol names is thrown as [org.fdbox.protocol.Refused]. Anything else stops at the
/// connection, which is closed and logged; whatever came with the message is closed with its frame. A watcher that reads too
/// slowly misses events, is told how many, and holds up nobody.
package org.fdbox.daemon.dispatch;
