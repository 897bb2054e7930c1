/// Memory in the hands of the kernel while it is replaced: the Live Update Orchestrator (LUO, Linux 6.19 and later) carries memfds
/// over a kexec(8), so that the next daemon needs not read them from disk.
///
/// **The happy path of a save.** [org.fdbox.daemon.kexec.Kexec] begins an [org.fdbox.daemon.kexec.Outgoing]; every memfd of a sealed
/// box is preserved in one of its sessions, after its contents were written to a payload, and the manifest says which session and token
/// stand beside that payload. Once the manifest is in its place, the sessions are kept open, since the kernel preserves what is in an open
/// session and nothing else. Then somebody runs `kexec -e`.
///
/// **The happy path of a recovery.** [org.fdbox.daemon.kexec.Incoming] retrieves each session that the manifest names, and each memfd
/// by its token. Its contents are moved into a new memfd, which gets back name, mode, access mode, flags, seals, position and holes from the
/// manifest, none of which the kernel keeps reliably. Then the sessions are finished, and what is left of them is gone.
///
/// **Who keeps the sessions open.** This process, for as long as it lives: so a save and `kexec -e`, with nothing in between, is
/// enough. When it ends, an [org.fdbox.daemon.kexec.Holder] can have them: systemd, which from 261 on carries them over and gives
/// them to the next start. Without one, the last save does not preserve anything.
///
/// **The unhappy paths** lead to the payload files, which are written whether or not there is a session, unless the configuration says
/// [org.fdbox.daemon.kexec.Use#ONLY]: a kexec that turns out to be a cold boot loses nothing that a save promised. A memfd that the kernel
/// refuses, or whose holes would take too much memory when it fills them, is in its file alone, and the log says so. So is everything
/// where the device is absent, forbidden, in use, or broken (EIO, after a kernel that left what this one cannot read). What was written
/// after the save does not have the checksum of the manifest, and is not used where there is a file. A preserved memfd can neither grow
/// nor shrink, so all sessions are closed before a box that has one in them is unsealed or deleted; what one save has preserved stays so
/// in the next, so that a kexec may come at any step of it. A daemon that is killed closes them too; one that is killed while it
/// recovers finishes them, as the kernel does that for whoever dies, and its successor reads the files. What came back in memory alone
/// is owed to the files, and the daemon saves once more. A successor that takes over alive gets the sessions too
/// ([org.fdbox.daemon.kexec.Kept]); a hot spare does not, so that one that serves after a death saves once more, too, where there are no files.
package org.fdbox.daemon.kexec;
