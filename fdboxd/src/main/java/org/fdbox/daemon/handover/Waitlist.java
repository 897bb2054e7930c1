package org.fdbox.daemon.handover;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.fdbox.daemon.box.Pendings;
import org.fdbox.daemon.box.Provenance;
import org.fdbox.daemon.box.Waiting;

/// Which pending entries may be made again, those that are one open file together.
final class Waitlist {

    private final Pendings pendings;
    private final Handover handover;

    Waitlist(Pendings pendings, Handover handover) {
        this.pendings = pendings;
        this.handover = handover;
    }

    /// What nobody is known to have put waits on. Whatever is held, or was finished with, under one of its names is left out: one open file must not become two, nor what
    /// was handed out come back as it was saved.
    ///
    /// @param wanted at least one of each group, or of one with the same inode: one opening alone would tear it from the others
    List<List<Waiting>> groups(Predicate<Waiting> wanted) {
        List<Waiting> all = pendings.all();
        var groups = new LinkedHashMap<Object, List<Waiting>>();
        for (Waiting waiting : all) {
            if (Provenance.fault(waiting.saved()).isPresent()) {
                continue;
            }
            String description = EntryNode.text(waiting.saved(), Descriptions.DESCRIPTION);
            Object key = description == null ? waiting : description;
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(waiting);
        }
        Map<String, Long> pending = Descriptions.sizes(all.stream().map(Waiting::saved));
        Map<String, Long> saved = Descriptions.sizes(handover.savedBoxes().stream()
                .flatMap(box -> Manifest.nodes(box.get("fds")).stream()));
        Predicate<Map<String, Object>> torn = node -> node.containsKey(EntryNode.SPENT)
                || Descriptions.shared(node).anyMatch(id -> saved.getOrDefault(id, 0L) > pending.get(id));
        Set<String> inodes = groups.values().stream()
                .filter(group -> group.stream().anyMatch(wanted))
                .flatMap(group -> inode(group).stream())
                .collect(Collectors.toSet());
        return groups.values().stream()
                .filter(group -> group.stream().anyMatch(wanted)
                        || inode(group).filter(inodes::contains).isPresent())
                .filter(group -> group.stream().map(Waiting::saved).noneMatch(torn))
                .toList();
    }

    private static Optional<String> inode(List<Waiting> group) {
        return Optional.ofNullable(EntryNode.text(group.getFirst().saved(), Descriptions.INODE));
    }
}
