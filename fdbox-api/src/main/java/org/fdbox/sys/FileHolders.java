package org.fdbox.sys;

import java.util.List;
import java.util.Map;

/// What a [HolderSearch] found.
///
/// @param byFile who holds each file that was searched for; the same descriptor objects that the search was given
/// @param complete whether every process could be looked into and every holder is named
public record FileHolders(Map<OwnedFd, List<FileHolder>> byFile, boolean complete) {

    /// Who holds one of the files; nobody if it was not searched for.
    public List<FileHolder> of(OwnedFd file) {
        return byFile.getOrDefault(file, List.of());
    }
}
