package org.fdbox.sys;

/// A process that has a file open.
///
/// @param pid as /proc shows it
/// @param descriptor its number there, or [#MAPPED]
/// @param command the first 15 bytes of its name (proc_pid_comm(5)), which it chose itself
public record FileHolder(int pid, int descriptor, String command) {

    /// In place of a number: the file is mapped into memory, and no descriptor of it is open any more.
    public static final int MAPPED = -1;
}
