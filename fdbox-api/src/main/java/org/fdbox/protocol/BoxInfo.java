package org.fdbox.protocol;

/// A box, as its readers see it.
///
/// @param owner uid
/// @param group gid
/// @param mode permission bits, as of a folder
/// @param entries all of them, pending ones included
/// @param pending recovered ones that no handler could restore yet
/// @param createdUSec CLOCK_REALTIME, microseconds
public record BoxInfo(
        String name, boolean sealed, int owner, int group, int mode, int entries, int pending,
        long createdUSec) {}
