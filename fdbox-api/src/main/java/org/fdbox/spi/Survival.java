package org.fdbox.spi;

/// How an entry survives when nobody holds it open.
public enum Survival {
    /// its contents are saved
    CONTENTS,
    /// it is opened again from its name
    REOPEN,
    /// only for as long as somebody holds it open
    LIVE
}
