package org.fdbox.daemon.handover;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.fdbox.daemon.box.Pendings;
import org.fdbox.daemon.box.Waiting;

/// Which pending entries may be made again, those that are one open file together.
final class Waitlist {

    private final Pendings pendings;
    private final Handover handover;

    Waitlist(Pendings pendings, Handover handover) {
        this.pendings = pendings;
        this.handover = handover;
    }

    /// Whatever is held, or was finished with, under one of its names is left out: one open file must not become two, nor what
    /// was handed out come back as it was saved.
    ///
    /// @param wanted at least one of each group
    List<List<Waiting>> groups(Predicate<Waiting> wanted) {
        var groups = new LinkedHashMap<Object, List<Waiting>>();
        for (Waiting waiting : pendings.all()) {
            String description = EntryNode.text(waiting.saved(), Descriptions.DESCRIPTION);
            Object key = description == null ? waiting : description;
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(waiting);
        }
        Map<String, Long> sizes = Descriptions.sizes(handover.savedBoxes());
        groups.keySet().removeIf(key -> key instanceof String description
                && sizes.getOrDefault(description, 0L) > groups.get(description).size());
        return groups.values().stream()
                .filter(group -> group.stream().anyMatch(wanted))
                .filter(group -> group.stream().noneMatch(one -> one.saved().containsKey(EntryNode.SPENT)))
                .toList();
    }
}
