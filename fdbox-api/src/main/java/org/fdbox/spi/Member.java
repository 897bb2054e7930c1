package org.fdbox.spi;

import org.fdbox.sys.OwnedFd;

/// An entry of a box, as a handler sees it.
///
/// @param fd stays the daemon's
public record Member(String name, String compatible, OwnedFd fd) {}
