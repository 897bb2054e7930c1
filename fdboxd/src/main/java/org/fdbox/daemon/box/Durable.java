package org.fdbox.daemon.box;

import org.fdbox.protocol.Refused;

/// Something that must be on disk before a change happens.
@FunctionalInterface
public interface Durable {

    /// @throws Refused if it is not; the change does not happen then
    void make() throws Refused;
}
