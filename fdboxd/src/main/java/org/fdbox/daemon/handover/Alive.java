package org.fdbox.daemon.handover;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.LiveBox;

/// What outlived the last daemon, while a recovery puts it together with what that daemon saved: what is alive wins, since it is what
/// the saved one was copied from, and newer.
final class Alive {

    private final Map<String, LiveBox> boxes = new LinkedHashMap<>();
    private final Map<String, Map<String, Entry>> entries = new LinkedHashMap<>();

    /// @param boxes whose entries belong to whoever takes them
    Alive(List<LiveBox> boxes) {
        for (LiveBox box : boxes) {
            var named = new LinkedHashMap<String, Entry>();
            box.entries().forEach(entry -> named.put(entry.name(), entry));
            this.boxes.put(box.name(), box);
            entries.put(box.name(), named);
        }
    }

    /// The box of a name, whether or not anything in it is left to take.
    Optional<LiveBox> box(String name) {
        return Optional.ofNullable(boxes.get(name));
    }

    /// An entry that was not taken yet; null if there is none. Of names that a manifest does not give, there is none.
    Entry entry(String box, String name) {
        return entries.containsKey(box) ? entries.get(box).get(name) : null;
    }

    /// The same, which is the caller's from now on.
    Entry take(String box, String name) {
        return entries.containsKey(box) ? entries.get(box).remove(name) : null;
    }

    /// All that was not taken yet of a box, which is the caller's from now on.
    Collection<Entry> takeRest(String box) {
        List<Entry> rest = List.copyOf(entries.get(box).values());
        entries.get(box).clear();
        return rest;
    }

    Collection<LiveBox> boxes() {
        return new ArrayList<>(boxes.values());
    }
}
