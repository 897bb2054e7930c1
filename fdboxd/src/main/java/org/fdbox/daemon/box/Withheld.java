package org.fdbox.daemon.box;

import java.util.Optional;
import org.fdbox.protocol.EntryInfo;

/// Why a recovered box is for the daemon's own user and root alone, until one of them changes its access.
///
/// @param saved the access that it had; saves write it again, so that it counts once the reason is gone
/// @param reason for people
public record Withheld(Access saved, String reason) {

    /// An entry of such a box, as it is shown.
    EntryInfo explain(EntryInfo info) {
        String why =
                "its box is withheld: " + reason + info.survivalReason().map(own -> "; " + own).orElse("");
        return new EntryInfo(
                info.name(), info.compatible(), info.kind(), info.state(), info.survival(), Optional.of(why),
                info.sameAs(), info.putterUid(), info.putterPid(), info.putUSec(), info.properties());
    }
}
