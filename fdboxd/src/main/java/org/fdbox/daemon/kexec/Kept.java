package org.fdbox.daemon.kexec;

import java.util.List;
import java.util.Set;
import org.fdbox.sys.OwnedFd;

/// The sessions of the complete handover, as a successor goes on keeping them: the kernel preserves what is in them for as long as either
/// process has them open.
///
/// @param sessions their names and, in the same order, descriptors; whose these are is for whoever made this to say
/// @param files what is in them
/// @param boxes those that a session is closed for when they are unsealed or deleted
/// @param owesFiles [Kexec#owesFiles]
public record Kept(List<String> sessions, List<OwnedFd> descriptors, List<File> files, Set<String> boxes,
        boolean owesFiles) {

    /// A file that the kernel preserves, and an entry that is it.
    public record File(String box, String entry, Place place) {}

    /// Who holds the files.
    public interface Holdings {
        /// @return null if there is no such entry, or it has no descriptor
        OwnedFd descriptor(String box, String entry);
    }

    /// Whether there is anything to go on with.
    public boolean isNothing() {
        return sessions.isEmpty() && !owesFiles;
    }
}
