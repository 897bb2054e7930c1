package org.fdbox.daemon.succession;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Safekeeping;

/// Remembers where something has changed, and not what: by the time that is looked at, it may have changed again.
final class Touched implements Safekeeping {

    /// By box; those of boxes that changed as such may be none.
    private Map<String, Set<String>> entries = new LinkedHashMap<>();

    /// What was touched since the last call: names of entries, by their boxes, which have changed as well.
    synchronized Map<String, Set<String>> take() {
        Map<String, Set<String>> taken = entries;
        entries = new LinkedHashMap<>();
        return taken;
    }

    private Set<String> of(String box) {
        return entries.computeIfAbsent(box, _ -> new LinkedHashSet<>());
    }

    @Override
    public synchronized void note(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.BoxIs is -> of(is.box());
                case Change.BoxGone gone -> of(gone.box());
                case Change.EntryIs is -> of(is.box()).add(is.entry().name());
                case Change.EntryGone gone -> of(gone.box()).add(gone.entry().name());
            }
        }
    }

    @Override
    public boolean isOn() {
        return false;
    }

    @Override
    public void keep(List<Entry> added) {
        // They stay where they are until they have been copied.
    }

    @Override
    public void release(List<Entry> added) {
        // Nothing was kept.
    }

    @Override
    public void settle() {
        // Looked at when it is this copy's turn.
    }

    @Override
    public boolean isKeeper(int pid) {
        return false;
    }
}
