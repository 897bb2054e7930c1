package org.fdbox.daemon.succession;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Inventory;
import org.fdbox.daemon.box.Nodes;
import org.fdbox.daemon.box.Safekeeping;
import org.fdbox.daemon.box.Stock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A hot spare, as the daemon that serves sees it: it has everything, and is told of each change before that is acknowledged.
///
/// A descriptor is sent, and the spare has said that it has it, before anybody can see its entry. What changes then is sent before
/// whoever changed it gets an answer, and not waited for: what lies in the spare's socket outlives this process. A spare that does not
/// keep up is let go of, since nobody may have to wait for it.
final class Spare implements Safekeeping {

    private static final Logger LOG = LoggerFactory.getLogger(Spare.class);
    /// For it to make room, or to say that it has something.
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /// The same before it follows: nobody waits for it then.
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(30);

    private final Link link;
    private final int version;
    private final int pid;
    private final Inventory inventory;
    private final Relay relay;
    /// In the order of the store's lock, under which they come.
    private final Queue<Change> noted = new ConcurrentLinkedQueue<>();
    private final Pledge pledge = new Pledge();
    private volatile boolean on;

    private final Object sending = new Object();
    // Guarded by the lock above
    private final Map<Entry, Long> kept = new IdentityHashMap<>();
    private long keptCount;
    private long sent;

    // Guarded by this object's lock
    private long acknowledged;
    private boolean gone;

    /// @param link stays the caller's
    /// @param pid for people
    Spare(Link link, int version, int pid, Inventory inventory, Relay relay) {
        this.link = link;
        this.version = version;
        this.pid = pid;
        this.inventory = inventory;
        this.relay = relay;
    }

    /// Tells it everything, and returns when it is gone.
    ///
    /// @param fixtures what it needs besides the boxes
    void run(List<Item> fixtures) {
        try {
            synchronized (sending) {
                var first = new ArrayList<>(fixtures);
                first.add(pledge.item());
                send(first);
                sendAll();
                // From here on, whoever changes something sends it.
                on = true;
                sendNoted();
                send(List.of(new Item(Item.COMPLETE, Map.of())));
            }
            LOG.info("a spare follows: pid={}", pid);
            link.awaitEnd();
            lose("it has ended the connection");
        } catch (Broken broken) {
            lose(broken.getMessage());
        } catch (RuntimeException | Error fault) {
            lose(String.valueOf(fault.getMessage()));
            throw fault;
        } finally {
            pledge.close();
        }
    }

    private void sendAll() throws Broken {
        var batch = new ArrayList<Item>();
        try (Stock stock = inventory.look(() -> relay.join(this))) {
            BoxCopy.all(stock, BoxCopy.Kept.NOTHING, item -> {
                batch.add(item);
                if (batch.size() == Parts.MOST_ITEMS) {
                    send(batch);
                    batch.clear();
                }
            });
            send(batch);
        }
    }

    /// Under the sending lock.
    ///
    /// @return the number of what was sent
    private long send(List<Item> items) throws Broken {
        if (!items.isEmpty()) {
            sent++;
            Parts.sendChange(link, version, items, sent, on ? PATIENCE : LONG_PATIENCE);
        }
        return sent;
    }

    /// Under the sending lock: everything that was noted before.
    private void sendNoted() throws Broken {
        var items = new ArrayList<Item>();
        for (Change change = noted.poll(); change != null; change = noted.poll()) {
            if (change instanceof Change.EntryIs is && is.entry().content() instanceof Content.Held
                    && !kept.containsKey(is.entry())) {
                send(items);
                items.clear();
                sendWithDescriptor(is);
            } else {
                items.add(item(change));
            }
            if (items.size() == Parts.MOST_ITEMS) {
                send(items);
                items.clear();
            }
        }
        send(items);
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

    /// Of an entry that was put just before this spare was there. It may have left again, which was noted after this.
    private void sendWithDescriptor(Change.EntryIs is) throws Broken {
        try (Stock stock = inventory.look(Map.of(is.box(), Set.of(is.entry().name())))) {
            for (Stock.Stocked box : stock.boxes()) {
                if (box.entries().contains(is.entry())) {
                    send(List.of(BoxCopy.item(is.box(), is.entry(), BoxCopy.Kept.NOTHING)));
                }
            }
        }
    }

    @Override
    public boolean isOn() {
        return on;
    }

    @Override
    public void keep(List<Entry> entries) {
        if (!on) {
            return;
        }
        try {
            long number;
            synchronized (sending) {
                sendNoted();
                var items = new ArrayList<Item>();
                for (Entry entry : entries) {
                    if (entry.content() instanceof Content.Held(var fd, _)) {
                        kept.put(entry, ++keptCount);
                        items.add(new Item(Item.KEPT, Map.of(ReceivedBoxes.KEPT, keptCount), List.of(fd)));
                    }
                }
                number = send(items);
            }
            awaitAcknowledged(number);
        } catch (Broken broken) {
            lose(broken.getMessage());
        }
    }

    private void awaitAcknowledged(long number) throws Broken {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (this) {
            try {
                for (long left = PATIENCE.toNanos(); acknowledged < number && !gone && left > 0; left =
                        deadline - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                }
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
                return;
            }
            if (acknowledged < number && !gone) {
                throw new Broken("it did not acknowledge in time");
            }
        }
    }

    /// It has everything up to a number.
    synchronized void acknowledged(long number) {
        acknowledged = Math.max(acknowledged, number);
        notifyAll();
    }

    @Override
    public void release(List<Entry> entries) {
        try {
            synchronized (sending) {
                var items = new ArrayList<Item>();
                for (Entry entry : entries) {
                    Long id = kept.remove(entry);
                    if (id != null) {
                        items.add(new Item(Item.RELEASED, Map.of(ReceivedBoxes.KEPT, id)));
                    }
                }
                if (on) {
                    send(items);
                }
            }
        } catch (Broken broken) {
            lose(broken.getMessage());
        }
    }

    @Override
    public void note(List<Change> changes) {
        noted.addAll(changes);
    }

    @Override
    public void settle() {
        if (!on || noted.isEmpty()) {
            return;
        }
        try {
            synchronized (sending) {
                sendNoted();
            }
        } catch (Broken broken) {
            lose(broken.getMessage());
        }
    }

    @Override
    public boolean isKeeper(int other) {
        return other == pid;
    }

    /// It throws away all it has and comes anew, to whoever serves then.
    void dismiss() {
        if (on) {
            try {
                synchronized (sending) {
                    send(List.of(new Item(Item.OVER, Map.of())));
                }
            } catch (Broken broken) {
                LOG.debug("the spare is gone already", broken);
            }
            lose("another daemon takes over, which it may follow");
        }
    }

    private void lose(String why) {
        synchronized (this) {
            if (gone) {
                return;
            }
            gone = true;
            pledge.takeBack();
            notifyAll();
        }
        on = false;
        relay.leave(this);
        link.end();
        LOG.warn("running without a spare: pid={} is let go of: {}", pid, why);
    }
}
