package org.fdbox.protocol;

import java.util.Map;
import java.util.Optional;

/// One named descriptor in a box.
///
/// @param compatible the handler that owns its kind
/// @param kind for people
/// @param survivalReason why it survives no better, for people
/// @param sameAs the entry ("name", or "box/name") that is the same open file description
/// @param putterPid 0 where the putter is not visible in the daemon's pid namespace
/// @param putUSec CLOCK_REALTIME, microseconds
/// @param properties what the handler can tell; values as in [Json]
public record EntryInfo(
        String name,
        String compatible,
        String kind,
        State state,
        Survival survival,
        Optional<String> survivalReason,
        Optional<String> sameAs,
        int putterUid,
        int putterPid,
        long putUSec,
        Map<String, Object> properties) {

    /// Where an entry stands.
    public enum State {
        /// in the box
        HELD,
        /// handed out, not yet confirmed
        LEASED,
        /// recovered, waiting for its handler
        PENDING
    }

    /// How an entry survives when nobody holds it open.
    public enum Survival {
        /// its contents are saved
        CONTENTS,
        /// it is opened again from its name
        REOPEN,
        /// only for as long as somebody holds it open
        LIVE
    }

    /// The same with what List finds out on top.
    public EntryInfo with(Optional<String> alias, Map<String, Object> told) {
        return new EntryInfo(
                name, compatible, kind, state, survival, survivalReason, alias, putterUid, putterPid, putUSec,
                told);
    }
}
