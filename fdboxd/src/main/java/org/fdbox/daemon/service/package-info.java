/// What the service manager keeps for the boxes, so that a sudden death of the daemon loses nothing that was acknowledged: systemd's
/// file descriptor store (sd_pid_notify_with_fds(3), FDSTORE=1), which the next start gets back (sd_listen_fds(3)).
///
/// **The happy path of a put.** [org.fdbox.daemon.service.Custody] hands the entry to the one thread that speaks with the service
/// manager, the [org.fdbox.daemon.service.Keeper]. That gives it an id, sends the descriptor under that name, and then, once for all
/// puts that came meanwhile, a probe and a barrier. When the barrier is answered, the descriptors are in the store. Then the boxes
/// change, and the change is written into the [org.fdbox.daemon.service.Ledger], a memfd that is in the store as well: a page of
/// memory that outlives the process, so writing it takes no messages and no waiting. Then the put is acknowledged.
///
/// **The happy path of a take.** The descriptor has been sent to the client; the entry leaves its box, and the ledger says so; then the
/// service manager is told to let go. A death before the ledger says so brings back an entry that the client has
/// too: taken twice, never lost.
///
/// **The happy path of a start.** Ledger and descriptors come back. What the ledger names are the boxes; what it does not name was
/// never acknowledged, or was taken, and is closed and removed.
///
/// **The happy path of a live take-over.** The successor is told the name of each entry's descriptor
/// ([org.fdbox.daemon.service.Adopted]) while the first one serves. Then that one comes to a rest and hands on both ledgers, with what it
/// had not let go of yet ([org.fdbox.daemon.service.Bequest]). The first leaves, and says nothing any more; the successor begins, by writing the
/// ledger that does not count, anew, after which that one counts. Nothing is stored again. A successor that gives up before it begins has
/// written nothing, and the first one resumes. Only one of the two ever lets go of anything: a name that is free is given to another entry, which a
/// second removal would take out of the store.
///
/// **The unhappy paths.** The store is full, and the service manager drops what comes, without a word. So the last thing sent before
/// a barrier is a probe, the writing end of a new pipe: if the reading end hangs up, the probe was dropped, and then what came before it may
/// have been. Each put of such a round is tried again alone, and refused if its probe is dropped too. A second name for a file that
/// is in the store already is ignored there, also without a word; so names are given to open file descriptions and not to entries
/// ([org.fdbox.daemon.service.Stored]), and two entries that are one share a name. A death in the middle of a line leaves a
/// line without its checksum, which is not read. While a ledger is written anew, the other one of the two is still whole.
package org.fdbox.daemon.service;
