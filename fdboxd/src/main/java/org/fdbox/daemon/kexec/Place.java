package org.fdbox.daemon.kexec;

/// Where the kernel has a file.
///
/// @param session its name
/// @param token the file's number in it
public record Place(String session, long token) {}
