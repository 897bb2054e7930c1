/// Carrying boxes over the death of the daemon, through files.
///
/// **Save, the happy path.** A [org.fdbox.daemon.handover.Notice] tells whoever watches that a save is coming, and gives them time if it
/// is configured. [org.fdbox.daemon.handover.Handover] freezes what is sealed; the
/// [org.fdbox.daemon.handover.Serializer] asks the handler of each entry for properties and contents, and writes payload
/// files; the manifest is written beside the old one, made durable, and renamed into its place, which is the moment at
/// which the new handover replaces the old one. Then what only the old one needed is removed.
///
/// **Prepare, the happy path.** The [org.fdbox.daemon.handover.Preparer] has the handlers copy contents into files that no
/// manifest names. A save finds the copy of an inode there, writes what differs, and gives the same file the name of a payload.
///
/// Contents in memory also go to the kernel, if it can carry them over a kexec ([org.fdbox.daemon.handover.KeptWriter]), and are taken
/// from there ([org.fdbox.daemon.handover.KeptPayload]).
///
/// **Recovery, the happy path.** The [org.fdbox.daemon.handover.Restorer] reads the manifest, asks the handlers to make each
/// descriptor again, and puts the boxes back, sealed.
///
/// **A live take-over, the happy path.** The one that hands over keeps everybody from saving ([org.fdbox.daemon.handover.Exclusive]). The
/// successor shares its state directory, follows the handover that is there without restoring anything, since it gets every entry alive, and
/// is told what the last recovery from files found ([org.fdbox.daemon.handover.Recovered]). Until the other has gone it only reads. Copies made
/// ahead are not taken along: it removes them then, and makes its own, under names that the other never gives.
///
/// What the rules now in force do not allow is withheld ([org.fdbox.daemon.handover.Recheck]).
///
/// **The unhappy paths.** A handler may never answer, for a file's server may be gone, and so it is asked on another thread
/// ([org.fdbox.daemon.handover.Attempt]), for a while ([org.fdbox.daemon.handover.Patience]); what it does after that touches nothing of the save's
/// ([org.fdbox.daemon.handover.Underway]). A handler that fails at save, or does not answer, fails its box: the others become durable, and what the earlier handover
/// holds of that box is carried into the new manifest. Any other failure leaves the earlier handover as it was. An entry that
/// cannot be restored is pending: it keeps its name, its properties and its payload (which may have to be written first,
/// [org.fdbox.daemon.handover.Rescue]), and every later save writes it again,
/// unchanged, until somebody makes it again: the daemon's own handlers when its box is unsealed
/// ([org.fdbox.daemon.handover.Retry]), or a program that registers for it ([org.fdbox.daemon.handover.LateHandlers]). Before a box is unsealed or deleted, or a pending entry dropped, the
/// [org.fdbox.daemon.handover.Journal] makes durable that its saved contents are finished with, so that a crash can never
/// bring back old contents of what has been handed out.
package org.fdbox.daemon.handover;
