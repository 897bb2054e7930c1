package org.fdbox.daemon.box;

import java.util.Map;
import java.util.Optional;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.sys.OwnedFd;

/// What an entry stands for.
public sealed interface Content {

    String compatible();

    /// The open descriptor, where there is one; stays the entry's.
    default Optional<OwnedFd> descriptor() {
        return switch (this) {
            case Held(var fd, _) -> Optional.of(fd);
            case Pending _ -> Optional.empty();
        };
    }

    /// A descriptor that is held open.
    ///
    /// @param fd owned by the entry
    record Held(OwnedFd fd, Kind kind) implements Content {
        @Override
        public String compatible() {
            return kind.compatible();
        }
    }

    /// Something recovered that no handler could make again yet.
    ///
    /// @param reason why, for people
    /// @param saved the entry as the manifest has it, to be written again unchanged
    record Pending(String compatible, String reason, Map<String, Object> saved) implements Content {}

    /// What a handler said of a descriptor when it was put.
    ///
    /// @param name for people, for example "memfd"
    /// @param reason why it survives no better; null where there is nothing to say
    /// @param mayBlock whether closing it may wait for somebody
    record Kind(String compatible, String name, Survival survival, String reason, boolean mayBlock) {}
}
