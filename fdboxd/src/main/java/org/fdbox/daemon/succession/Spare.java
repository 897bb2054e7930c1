package org.fdbox.daemon.succession;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Inventory;
import org.fdbox.daemon.box.Safekeeping;
import org.fdbox.daemon.box.Stock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A hot spare, as the daemon that serves sees it: it has everything, and is told of each change before that is acknowledged.
///
/// A descriptor is sent, and the spare has said that it has it, before anybody can see its entry. What changes then is sent before
/// whoever changed it gets an answer, and not waited for: what lies in the spare's socket outlives this process. A spare that does not
/// keep up is let go of, since nobody may have to wait for it.
final class Spare implements Safekeeping, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Spare.class);
    /// For it to make room, or to say that it has something.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Link link;
    private final int pid;
    private final Inventory inventory;
    private final Relay relay;
    /// Its lock is had by whoever sends, until it is known what became of that.
    private final SpareStream stream;
    private final Pledge pledge = new Pledge();
    private volatile boolean on;

    // Guarded by this object's lock
    private long acknowledged;
    private boolean hurried;
    private boolean gone;

    /// @param link stays the caller's
    /// @param pid for people
    Spare(Link link, int version, int pid, Inventory inventory, Relay relay) {
        this.link = link;
        this.stream = new SpareStream(link, version, inventory);
        this.pid = pid;
        this.inventory = inventory;
        this.relay = relay;
    }

    /// Tells it everything, and returns when it is gone.
    ///
    /// @param fixtures what it needs besides the boxes
    void run(List<Item> fixtures) {
        try {
            synchronized (stream) {
                var first = new ArrayList<>(fixtures);
                first.add(pledge.item());
                stream.send(first);
                try (Stock all = inventory.look(() -> relay.join(this))) {
                    stream.sendAll(all);
                }
                // As little as possible is left for when others wait for it.
                stream.sendBacklog();
                turnOn();
                stream.isWaitedFor();
                stream.sendNoted();
                stream.send(List.of(new Item(Item.COMPLETE, Map.of())));
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
            // Whoever is sending comes to its end before the connection does.
            synchronized (stream) {
                stream.end();
            }
        }
    }

    /// From here on, whoever changes something sends it.
    private synchronized void turnOn() throws Broken {
        if (gone) {
            throw new Broken("it was let go of");
        }
        on = true;
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
        long number;
        synchronized (stream) {
            try {
                stream.sendNoted();
                number = stream.sendKept(entries);
            } catch (Broken broken) {
                // Before anybody else may send, or rely on it.
                lose(broken.getMessage());
                return;
            }
        }
        awaitAcknowledged(number);
    }

    private void awaitAcknowledged(long number) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean known;
        synchronized (this) {
            try {
                for (long left = PATIENCE.toNanos(); isAwaited(number) && left > 0; left =
                        deadline - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                }
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
            known = !isAwaited(number);
        }
        if (!known) {
            lose("it did not acknowledge in time");
        }
    }

    private boolean isAwaited(long number) {
        return acknowledged < number && !gone && !hurried;
    }

    /// Whether its acknowledgements are not waited for, since nobody reads them: what lies in its socket is enough.
    synchronized void hurry(boolean now) {
        hurried = now;
        notifyAll();
    }

    /// It has everything up to a number.
    synchronized void acknowledged(long number) {
        acknowledged = Math.max(acknowledged, number);
        notifyAll();
    }

    @Override
    public void release(List<Entry> entries) {
        trySend(() -> stream.sendReleased(entries));
    }

    @Override
    public void note(List<Change> changes) {
        stream.note(changes);
    }

    /// Also where nothing is left to send: it may be another thread that is just sending it.
    @Override
    public void settle() {
        trySend(stream::sendNoted);
    }

    private interface Sending {
        void run() throws Broken;
    }

    /// If this is on: under the stream's lock, which the next one gets when it is known what became of this.
    private void trySend(Sending sending) {
        if (!on) {
            return;
        }
        synchronized (stream) {
            try {
                if (on) {
                    sending.run();
                }
            } catch (Broken broken) {
                lose(broken.getMessage());
            }
        }
    }

    @Override
    public boolean isKeeper(int other) {
        return other == pid;
    }

    /// It throws away all it has and comes anew, to whoever serves then.
    void dismiss() {
        trySend(() -> stream.send(List.of(new Item(Item.OVER, Map.of()))));
        lose("another daemon takes over, which it may follow, or this one ends");
    }

    private synchronized void lose(String why) {
        if (gone) {
            return;
        }
        gone = true;
        on = false;
        pledge.takeBack();
        relay.leave(this);
        link.end();
        notifyAll();
        LOG.warn("running without a spare: pid={} is let go of: {}", pid, why);
    }

    /// Nobody lets go of it any more.
    @Override
    public synchronized void close() {
        gone = true;
        pledge.close();
    }
}
