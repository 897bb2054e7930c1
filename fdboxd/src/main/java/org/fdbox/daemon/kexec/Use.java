package org.fdbox.daemon.kexec;

/// What the kernel is used for where it can carry files over a kexec: the values of `luo`.
public enum Use {
    /// Nothing.
    OFF,
    /// Memory goes with the kernel and into files.
    AUTO,
    /// Memory goes with the kernel, and into files only where the kernel does not take it.
    ONLY
}
