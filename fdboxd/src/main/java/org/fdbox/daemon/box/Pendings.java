package org.fdbox.daemon.box;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.fdbox.protocol.Happening;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;

/// Entries that were recovered and wait for somebody to make them again, and how they come to be held at last.
public final class Pendings {

    private final Shelf shelf;

    Pendings(Shelf shelf) {
        this.shelf = shelf;
    }

    /// Makes it durable that what was saved of entries is finished with.
    @FunctionalInterface
    public interface Finishing {
        /// @param entries their names, by box
        /// @throws Refused if it is not, for none of them; all wait on then
        void finish(Map<String, List<String>> entries) throws Refused;
    }

    public List<Waiting> all() {
        synchronized (shelf) {
            var all = new ArrayList<Waiting>();
            for (Box box : shelf.boxes().values()) {
                for (Entry entry : box.entries()) {
                    if (entry.isPending()) {
                        all.add(new Waiting(box.name(), entry));
                    }
                }
            }
            return all;
        }
    }

    /// Has them wait on, for another reason.
    public void explain(List<Waiting> group, String reason) {
        synchronized (shelf) {
            for (Waiting waiting : group) {
                Box box = shelf.boxes().get(waiting.box());
                if (box != null && box.has(waiting.entry())) {
                    Entry now = waiting.entry().waitingFor(reason);
                    box.replace(waiting.entry(), now);
                    shelf.note(List.of(new Change.EntryIs(box.name(), now)));
                }
            }
        }
        shelf.safekeeping().settle();
    }

    /// Makes entries that are one open file held, whether or not their boxes are sealed. May block: boxes that are just being
    /// changed or saved are waited for, within bounds. Quotas have counted the entries since they were recovered.
    ///
    /// @param uid who has them made again
    /// @param fd what they are; belongs to the store if this answers true, and to the caller else
    /// @param keep whether a box that is sealed still saves them as they were saved before
    /// @param finishing told of those whose box is open: they live in the daemon alone from now on
    /// @return whether any of them was still waiting
    /// @throws Refused.HandoverInProgress if a save took too long, or BoxSealed if another change did
    /// @throws Refused.OutOfFileDescriptors if there is no room for them, and the other reasons of [Safekeeping#keep]
    public boolean hold(int uid, List<Waiting> group, OwnedFd fd, Content.Kind kind, boolean keep,
            Finishing finishing)
            throws Refused {
        Deque<OwnedFd> copies = copies(fd, group.size());
        try (var undisturbed = new Undisturbed(shelf, group)) {
            List<Waiting> waiting = undisturbed.entries();
            if (waiting.isEmpty()) {
                return false;
            }
            // All that can be refused comes before anything is finished with.
            if (!shelf.budget().addEntries(waiting.size())) {
                throw new Refused.OutOfFileDescriptors(shelf.budget().limit());
            }
            Map<Waiting, Entry> restored = restored(undisturbed, copies, kind, keep);
            boolean held = false;
            try {
                shelf.safekeeping().keep(List.copyOf(restored.values()));
                finishing.finish(waiting.stream().filter(undisturbed::isOpen).collect(groupingBy(Waiting::box,
                        mapping(one -> one.entry().name(), toList()))));
                replace(uid, undisturbed, restored);
                held = true;
            } finally {
                if (!held) {
                    shelf.safekeeping().release(List.copyOf(restored.values()));
                    shelf.budget().release(waiting.size());
                }
            }
            // In the entries now, which keep them.
            IntStream.range(0, waiting.size()).forEach(_ -> copies.removeFirst());
            fd.close();
            shelf.safekeeping().settle();
            return true;
        } finally {
            copies.forEach(OwnedFd::close);
        }
    }

    private static Map<Waiting, Entry> restored(Undisturbed undisturbed, Deque<OwnedFd> descriptors,
            Content.Kind kind, boolean keep) {
        var restored = new LinkedHashMap<Waiting, Entry>();
        Iterator<OwnedFd> next = descriptors.iterator();
        for (Waiting one : undisturbed.entries()) {
            var held = new Content.Held(next.next(), kind);
            restored.put(one, one.entry().restored(held, keep && !undisturbed.isOpen(one)));
        }
        return restored;
    }

    private void replace(int uid, Undisturbed undisturbed, Map<Waiting, Entry> restored) {
        synchronized (shelf) {
            var changes = new ArrayList<Change>();
            restored.forEach((one, entry) -> {
                undisturbed.box(one).replace(one.entry(), entry);
                changes.add(new Change.EntryIs(one.box(), entry));
                shelf.note(Happening.RESTORED, undisturbed.box(one), List.of(entry), uid);
            });
            shelf.note(changes);
        }
        shelf.deliverEvents();
    }

    private static Deque<OwnedFd> copies(OwnedFd fd, int count) {
        var copies = new ArrayDeque<OwnedFd>();
        try {
            while (copies.size() < count) {
                copies.add(fd.dup());
            }
            return copies;
        } catch (RuntimeException full) {
            copies.forEach(OwnedFd::close);
            throw full;
        }
    }
}
