package org.fdbox.daemon.box;

import java.util.Map;

/// A pending entry, and where it was when somebody looked. It may have been dropped or restored since.
public record Waiting(String box, Entry entry) {

    /// The entry as the manifest has it.
    public Map<String, Object> saved() {
        return ((Content.Pending) entry.content()).saved();
    }
}
