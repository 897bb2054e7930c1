package org.fdbox.daemon.succession;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Inventory;
import org.fdbox.daemon.box.Nodes;
import org.fdbox.daemon.box.Stock;

/// What a spare is sent, message by message. All but [#note] under this object's lock, which the caller has.
final class SpareStream {

    /// Before it follows, nobody waits for it.
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(30);

    private final Link link;
    private final int version;
    private final Inventory inventory;
    /// In the order of the store's lock, under which they come; each list happened at once.
    private final Queue<List<Change>> noted = new ConcurrentLinkedQueue<>();
    /// The names of descriptors that were sent before their entries.
    private final Map<Entry, Long> kept = new IdentityHashMap<>();
    private long keptCount;
    private long sent;
    private boolean waitedFor;
    private boolean ended;

    /// @param link stays the caller's
    SpareStream(Link link, int version, Inventory inventory) {
        this.link = link;
        this.version = version;
        this.inventory = inventory;
    }

    /// Remembers what has changed, to be sent. Under the store's lock.
    void note(List<Change> changes) {
        noted.add(changes);
    }

    /// From now on somebody waits for each sending.
    void isWaitedFor() {
        waitedFor = true;
    }

    /// Nothing is sent any more.
    void end() {
        ended = true;
    }

    /// @param items as many as fit into a message
    /// @return the number of what was sent
    long send(List<Item> items) throws Broken {
        if (ended) {
            throw new Broken("it is gone");
        }
        if (!items.isEmpty()) {
            sent++;
            Parts.sendChange(link, version, items, sent, waitedFor ? Spare.PATIENCE : LONG_PATIENCE);
        }
        return sent;
    }

    /// Everything, before it follows.
    ///
    /// @param stock stays the caller's
    void sendAll(Stock stock) throws Broken {
        var batch = new ArrayList<Item>();
        BoxCopy.all(stock, BoxCopy.Kept.NOTHING, item -> {
            batch.add(item);
            if (batch.size() == Parts.MOST_ITEMS) {
                send(batch);
                batch.clear();
            }
        });
        send(batch);
    }

    /// What has been noted so far: more may come faster than it is sent, as long as nobody waits for it.
    void sendBacklog() throws Broken {
        for (int left = noted.size(); left > 0; left--) {
            sendAtOnce(noted.remove());
        }
    }

    /// Everything that was noted before.
    void sendNoted() throws Broken {
        for (List<Change> note = noted.poll(); note != null; note = noted.poll()) {
            sendAtOnce(note);
        }
    }

    /// What happened at once is one message: the spare has all of it or nothing.
    private void sendAtOnce(List<Change> note) throws Broken {
        try (Stock stock = inventory.look(notKept(note))) {
            var items = new ArrayList<Item>();
            for (Change change : note) {
                if (!(change instanceof Change.EntryIs is) || !isUnknown(is)) {
                    items.add(item(change));
                } else if (holds(stock, is)) {
                    items.add(BoxCopy.item(is.box(), is.entry(), BoxCopy.Kept.NOTHING));
                }
            }
            send(items);
        }
    }

    /// Of an entry that was put just before this spare was there, the descriptor is not there yet. It may have left again, which was noted
    /// after this.
    private boolean isUnknown(Change.EntryIs is) {
        return is.entry().content() instanceof Content.Held && !kept.containsKey(is.entry());
    }

    private Map<String, Set<String>> notKept(List<Change> note) {
        var places = new HashMap<String, Set<String>>();
        for (Change change : note) {
            if (change instanceof Change.EntryIs is && isUnknown(is)) {
                places.computeIfAbsent(is.box(), _ -> new HashSet<>()).add(is.entry().name());
            }
        }
        return places;
    }

    private static boolean holds(Stock stock, Change.EntryIs is) {
        return stock.boxes().stream().anyMatch(
                box -> box.box().box().equals(is.box()) && box.entries().contains(is.entry()));
    }

    private Item item(Change change) {
        return switch (change) {
            case Change.BoxIs box -> new Item(Item.BOX, Nodes.of(box));
            case Change.BoxGone gone -> new Item(Item.BOX_GONE, Map.of(Nodes.BOX, gone.box()));
            case Change.EntryGone gone -> new Item(Item.ENTRY_GONE,
                    Map.of(Nodes.BOX, gone.box(), Nodes.ENTRY, gone.entry().name()));
            case Change.EntryIs is -> {
                Map<String, Object> node = Nodes.of(is.box(), is.entry());
                Long id = kept.remove(is.entry());
                if (id != null) {
                    node.put(ReceivedBoxes.KEPT, id);
                }
                yield new Item(Item.ENTRY, node);
            }
        };
    }

    /// Descriptors whose entries nobody can see yet.
    ///
    /// @return the number of the last message
    long sendKept(List<Entry> entries) throws Broken {
        var items = new ArrayList<Item>();
        for (Entry entry : entries) {
            if (entry.content() instanceof Content.Held(var fd, _)) {
                kept.put(entry, ++keptCount);
                items.add(new Item(Item.KEPT, Map.of(ReceivedBoxes.KEPT, keptCount), List.of(fd)));
            }
            if (items.size() == Parts.MOST_ITEMS) {
                send(items);
                items.clear();
            }
        }
        return send(items);
    }

    /// Of those whose entries nobody will ever see.
    void sendReleased(List<Entry> entries) throws Broken {
        var items = new ArrayList<Item>();
        for (Entry entry : entries) {
            Long id = kept.remove(entry);
            if (id != null) {
                items.add(new Item(Item.RELEASED, Map.of(ReceivedBoxes.KEPT, id)));
            }
        }
        send(items);
    }
}
