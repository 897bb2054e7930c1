/// The boxes and what is in them: state, rules, rights, quotas. Only maps and flags under one lock; no system call, no handler
/// and no client is waited for here.
///
/// **The happy path.** A verb asks one of the [org.fdbox.daemon.box.Boxes] for what it needs, and each answer is one short
/// visit under the lock. What outlives the visit is an object that must be ended: a
/// [org.fdbox.daemon.box.Handout] carries descriptors to a client and is told whether they were sent; a
/// [org.fdbox.daemon.box.Look] keeps entries open while they are described or saved; a
/// [org.fdbox.daemon.box.Transition] is a box whose handlers are being asked whether it may be sealed or unsealed.
/// [org.fdbox.daemon.box.BoxHandle] are rights on one box for whoever holds a socket; and
/// [org.fdbox.daemon.box.Pendings] are entries that were recovered and not made again yet.
/// Whatever changes is noted, under the lock, for whoever watches ([org.fdbox.daemon.box.Events]), and delivered after it.
///
/// **From one process to another.** A daemon that is replaced while it serves gives away all that it holds: an
/// [org.fdbox.daemon.box.Inventory] sees everything at one moment, and every later [org.fdbox.daemon.box.Change] is noted in its
/// order, so that the boxes are served while they are written down as [org.fdbox.daemon.box.Nodes]. What lives with a connection, which
/// are leases and handles, is asked for once nothing changes any more. The other process installs it all without judging it again;
/// its quotas, its descriptor budget and its names of leases go on where these were.
///
/// Who asks is a [org.fdbox.daemon.box.Caller]: a user, judged by [org.fdbox.daemon.box.Access], or a handle, judged by what it was
/// opened with. Both are judged in `Shelf.authorised`, and by nobody else.
///
/// **The unhappy paths.** An entry on its way out stays in its box, marked, until sending has succeeded, and goes back
/// otherwise. An entry that is removed while somebody looks at it is closed when the last look ends, so that its number is
/// never another file's meanwhile. A handle knows its box and not its name, so it dies with it. Whoever has no right at all on a box
/// learns nothing of it, not even that it exists.
package org.fdbox.daemon.box;
