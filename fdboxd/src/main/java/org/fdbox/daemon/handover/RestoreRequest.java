package org.fdbox.daemon.handover;

import java.util.List;
import java.util.stream.Collectors;
import org.fdbox.daemon.box.Waiting;
import org.fdbox.sys.PeerCredentials;

/// What a registered handler was asked to make again: one open file, under one name or several.
///
/// @param id cannot be guessed
/// @param entries one at least
public record RestoreRequest(String id, Registration registration, List<Waiting> entries) {

    public String box() {
        return entries.getFirst().box();
    }

    public String name() {
        return entries.getFirst().entry().name();
    }

    /// Whose rights count.
    public PeerCredentials putter() {
        return entries.getFirst().entry().putter();
    }

    /// All that it is, "box/name" each.
    public List<String> places() {
        return entries.stream().map(waiting -> waiting.box() + "/" + waiting.entry().name()).toList();
    }

    @Override
    public String toString() {
        return entries.stream()
                .map(waiting -> "box=" + waiting.box() + " entry=" + waiting.entry().name())
                .collect(Collectors.joining(", "));
    }
}
