/// The Java client: what a VMM's tooling uses to put descriptors into a running fdboxd and to take them out again.
///
/// **The happy path.** [org.fdbox.client.FdBoxClient#connect] opens a connection; each method sends one request and waits for
/// its reply. Taking an entry is done on lease and confirmed once the descriptor has arrived, so that nothing is lost when
/// this process dies in between. [org.fdbox.client.FdBoxClient] has what concerns boxes, and
/// [org.fdbox.client.HandoverClient] what concerns saving and restoring them; they share the connection, which serves one call
/// at a time.
///
/// **The unhappy paths.** Every refusal of the daemon is its own subclass of [org.fdbox.protocol.Refused]. A daemon that is not
/// there, or breaks off, is an [java.io.IOException]: [org.fdbox.client.NoDaemonException] or
/// [org.fdbox.client.ConnectionLostException]; after the latter the client is of no more use.
package org.fdbox.client;
