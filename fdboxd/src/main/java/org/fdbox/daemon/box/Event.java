package org.fdbox.daemon.box;

import java.util.Optional;
import org.fdbox.protocol.Happening;

/// Something that has changed in a box.
///
/// @param access of the box once it had changed: who may list it then may know of it
/// @param entry its name; empty where it is about the whole box
/// @param uid who did it
public record Event(Happening what, String box, Access access, Optional<String> entry, int uid) {}
