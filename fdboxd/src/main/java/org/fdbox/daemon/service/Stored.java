package org.fdbox.daemon.service;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.fdbox.daemon.box.Entry;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SameDescription;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Which open file descriptions are in the store, under which id, and which entries stand for each. Only one thread adds; any
/// releases, before the descriptor is closed. No system call is made under the lock.
final class Stored {

    /// Two descriptions of one inode may be one; those of two never are.
    ///
    /// @param device of its file system
    record File(Stat.Device device, long inode) {
        static File of(Entry entry) {
            Stat stat = Stat.of(descriptor(entry));
            return new File(stat.device(), stat.inode());
        }
    }

    /// What has an id.
    private record Item(int id, File file, List<Entry> entries) {}

    private final Ids ids = new Ids();
    private final Map<Entry, Item> byEntry = new IdentityHashMap<>();
    private final Map<Integer, Item> byId = new HashMap<>();
    private final Map<File, List<Item>> byFile = new HashMap<>();
    private final Set<Integer> leaving = new LinkedHashSet<>();

    private static OwnedFd descriptor(Entry entry) {
        return entry.content().descriptor().orElseThrow();
    }

    synchronized boolean has(Entry entry) {
        return byEntry.containsKey(entry);
    }

    synchronized OptionalInt id(Entry entry) {
        Item item = byEntry.get(entry);
        return item == null ? OptionalInt.empty() : OptionalInt.of(item.id);
    }

    synchronized int count() {
        return ids.count();
    }

    /// Adds an entry to what has its open file already, if anything has.
    boolean join(Entry entry, File file) {
        for (Item candidate : candidates(file)) {
            Optional<Entry> one = first(candidate);
            if (one.isPresent() && same(one.get(), entry) && joined(candidate, one.get(), entry)) {
                return true;
            }
        }
        return false;
    }

    private synchronized List<Item> candidates(File file) {
        return List.copyOf(byFile.getOrDefault(file, List.of()));
    }

    private synchronized Optional<Entry> first(Item item) {
        return item.entries.stream().findFirst();
    }

    /// The other may be closed meanwhile, and its number be another file's: then it has been released, and [#joined] finds out.
    private static boolean same(Entry one, Entry other) {
        try {
            return SameDescription.are(descriptor(one), descriptor(other));
        } catch (IllegalStateException | SystemCallException closed) {
            return false;
        }
    }

    private synchronized boolean joined(Item item, Entry seen, Entry entry) {
        if (byEntry.get(seen) != item) {
            return false;
        }
        item.entries.add(entry);
        byEntry.put(entry, item);
        return true;
    }

    /// Gives an entry an id of its own; empty if there is none left.
    synchronized OptionalInt add(Entry entry, File file) {
        OptionalInt id = ids.next();
        id.ifPresent(free -> adopt(entry, file, free));
        return id;
    }

    /// Notes an entry that came back with an id.
    synchronized void adopt(Entry entry, File file, int id) {
        ids.take(id);
        Item item = byId.get(id);
        // The id of one that left can be another file's before it is known here that the first has left.
        if (item == null || !item.file.equals(file)) {
            item = new Item(id, file, new ArrayList<>());
            byId.put(id, item);
            byFile.computeIfAbsent(file, _ -> new ArrayList<>()).add(item);
        }
        item.entries.add(entry);
        byEntry.put(entry, item);
    }

    /// The entry stands for it no more. What nothing stands for is leaving.
    synchronized void release(Entry entry) {
        emptied(entry).ifPresent(leaving::add);
    }

    /// The same where another process tells the service manager: what nothing stands for is free.
    synchronized void disown(Entry entry) {
        emptied(entry).ifPresent(ids::free);
    }

    /// The id for which no entry stands any more, now that this one does not.
    private OptionalInt emptied(Entry entry) {
        Item item = byEntry.remove(entry);
        if (item == null) {
            return OptionalInt.empty();
        }
        item.entries.removeIf(other -> other == entry);
        if (!item.entries.isEmpty()) {
            return OptionalInt.empty();
        }
        boolean mine = byId.remove(item.id, item);
        byFile.computeIfPresent(item.file, (_, items) -> {
            items.remove(item);
            return items.isEmpty() ? null : items;
        });
        return mine ? OptionalInt.of(item.id) : OptionalInt.empty();
    }

    /// Notes what another process had let go of, and may not have told the service manager.
    synchronized void leave(List<Integer> released) {
        released.forEach(ids::take);
        leaving.addAll(released);
    }

    synchronized boolean isAnyLeaving() {
        return !leaving.isEmpty();
    }

    synchronized List<Integer> leaving() {
        return List.copyOf(leaving);
    }

    /// The service manager was told to let go of it.
    synchronized void left(int id) {
        leaving.remove((Integer) id);
        ids.free(id);
    }
}
