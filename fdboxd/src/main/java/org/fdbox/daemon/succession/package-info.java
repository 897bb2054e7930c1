/// Another process takes the place of this one, and nobody who is connected notices: at once, because somebody wants a newer one
/// ([org.fdbox.daemon.succession.TakeOver]), or when this one dies, because it has followed all along
/// ([org.fdbox.daemon.succession.Spare]).
///
/// **A take-over, the happy path.** The successor prepares itself, connects and calls TakeOver. Its connection leaves the loops and is
/// a [org.fdbox.daemon.succession.Link] between two threads from then on. While everybody is served, the predecessor sends what does
/// not change (the lock of the state directory, the listening sockets), then every box and every descriptor, in parts of as many as a
/// message can bring, and then what has changed meanwhile, of which it only remembers where
/// ([org.fdbox.daemon.succession.Touched]). Then it stops serving: each connection comes to rest between two steps
/// ([org.fdbox.daemon.succession.SuspendedClient]). What has changed in the last moments follows, and the connections themselves,
/// with what they sent and nobody has served, what they are to be sent, and their leases. The successor puts everything in its place
/// and calls Commit. The predecessor answers, hears that the successor serves, and ends without touching anything: a listening socket, a
/// connection, a lock and a stored file live on in whoever else has them open.
///
/// **The unhappy paths.** Until Commit the predecessor has everything. A successor that ends, stalls, calls Abort or cannot
/// make sense of what it gets costs the clients the time they waited: they go on from the state in which they would have been
/// moved, by the same code. A successor that ends after Commit and before it said that it serves is seen by its pidfd, and the predecessor
/// serves again. A predecessor that dies after it has handed everything over leaves a successor that has everything. While one
/// lives, the other does not serve, whatever becomes of the connection between them.
///
/// **Versions.** Everything moves as an [org.fdbox.daemon.succession.Item], which says what it is. An older version keeps items and fields that it does not
/// know, with their descriptors, and hands them on in turn.
///
/// **A spare, the happy path.** It attaches, gets the same items, and then each change. A put is sent to it, and acknowledged by it, before
/// anybody can see its entry; all other changes are in its socket before whoever made them is answered, and that socket's contents
/// outlive the sender. It has the listening sockets too, and does not accept: clients that come after the daemon's death wait in
/// their backlog for a moment. It serves once the daemon's pidfd says that this has ended.
///
/// **The unhappy paths.** What another daemon was sent is all there is for as long as the [org.fdbox.daemon.succession.Pledge] that came with it
/// stands; whoever goes on without the other takes it back first. A spare that does not keep up is let go of, and the daemon says that it runs without one; the spare, which
/// sees that the daemon lives, throws away all it holds and attaches anew. So do spares when another daemon takes over. When the first one
/// dies, clients lose their connections, as they do when it is killed without a spare; leases return to their boxes, and an
/// entry that was taken in the very last moment may be there once more: doubled, never lost.
package org.fdbox.daemon.succession;
