package org.fdbox.daemon.box;

import java.util.List;

/// Everything that a save writes down: the sealed boxes, and the pending entries of the others. None of it changes until this
/// is closed; all other boxes go on.
///
/// @param sealed with all their entries
/// @param pendingOnly boxes that are not sealed, with their pending entries alone
/// @param unsettled names of boxes that are neither sealed nor unsealed for longer than a save can wait
/// @param leftOut names of boxes that are not sealed and hold something
public record Frozen(Seals seals, List<Look> sealed, List<Look> pendingOnly, List<String> unsettled,
        List<String> leftOut)
        implements AutoCloseable {

    @Override
    public void close() {
        seals.thaw();
        sealed.forEach(Look::close);
        pendingOnly.forEach(Look::close);
    }
}
