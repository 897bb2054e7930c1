/// The system layer: the only place with system calls, and the home of {@link org.fdbox.sys.OwnedFd}.
///
/// **The happy path.** Every call of the kernel goes through one function, `syscall(2)`, linked once by the
/// foreign-function API ([Kernel] is that seam; a unit test replaces it by a lambda that answers EINTR, a short
/// write or EMFILE). A program that opens something gets an [OwnedFd]. Whoever holds one closes it; handing it on is
/// [OwnedFd#take()]; a second number for the same open file description is [OwnedFd#dup()]. Messages travel through a
/// [Courier], which owns the buffers of one thread, and become [Frame]s in a [FrameReader].
///
/// **The unhappy paths.** A failed system call is a [SystemCallException] with its errno, unless its failure is part of
/// ordinary life (no data yet, peer gone, kind not supported): then the method's return type says so. What a message
/// brought belongs to its Frame until somebody takes it; closing the Frame closes the rest, so that a path that
/// rejects a message leaks nothing. A control message that the kernel had to truncate marks its Frame.
///
/// **Why not a library.** junixsocket was measured on the way in: accepting a connection through it costs as much again
/// as the connection itself, and its receive path truncates and leaks (docs/decisions.md has the figures).
package org.fdbox.sys;
