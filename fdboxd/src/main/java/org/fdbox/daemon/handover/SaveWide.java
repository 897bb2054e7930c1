package org.fdbox.daemon.handover;

import java.util.List;
import java.util.Optional;
import org.fdbox.daemon.kexec.Outgoing;

/// What all entries of one save have in common.
///
/// @param folder where payloads go
/// @param prepared copies in the same folder, if there are any
/// @param outgoing for what the kernel keeps over a kexec besides its payload
/// @param used copies that payloads were made of
/// @param underway of all saves
record SaveWide(PayloadFolder folder, Written written, PayloadQuota quota, Optional<PreparedCopies> prepared,
        Outgoing outgoing, List<PreparedCopies.Copy> used, Underway underway) {}
