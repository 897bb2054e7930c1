package org.fdbox.daemon.handover;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.spi.HandlerRefusal;

/// What was saved before, as far as the next save needs it.
interface Earlier {
    /// A box as the directory being written has it from an earlier save, if it has and it is not finished with.
    Optional<Map<String, Object>> box(String name);

    /// Boxes that this version does not understand, to be written again unchanged.
    List<Map<String, Object>> carried();

    /// What an earlier version of a box said that this version does not understand.
    Map<String, Object> unknownFields(BoxInfo box);

    /// What the earlier handover says that an entry has in common with others, if it is still the one that was saved then.
    Map<String, Object> tie(String box, String entry);

    /// Names of payloads in the directory being written that no new one may have.
    Set<String> payloads();

    /// The node of a pending entry for the directory being written, which then has its payload.
    ///
    /// @param freshPayload a name that no other payload of this save has
    Map<String, Object> adopt(Map<String, Object> node, Supplier<String> freshPayload)
            throws HandlerRefusal;

    /// The same for what this version does not understand, which may name payloads anywhere.
    Map<String, Object> adoptUnknown(Map<String, Object> fields, Supplier<String> freshPayload)
            throws HandlerRefusal;
}
