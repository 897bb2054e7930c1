package org.fdbox.daemon.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.fdbox.daemon.box.Entry;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that has descriptors stored and removed. What has come while it waited for a barrier goes together, behind one barrier.
final class Keeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final long PATIENCE_MILLIS = 30_000;
    private static final int MOST_AT_ONCE = 256;
    /// How long after a put it is found out, at the latest, whether it was kept, where nobody waits for that.
    private static final long LATE_MILLIS = 100;

    private static final Errand LOOK = Errand.of(Map.of());
    private static final Errand END = Errand.of(Map.of());

    private final ServiceManager manager;
    private final Stored stored;
    private final Ledger ledger;
    private final boolean fast;
    private final Consumer<Moment> watcher;
    private final BlockingQueue<Errand> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    /// How many were sent since the last barrier, where nobody waits for it.
    private int unconfirmed;

    /// @param manager belongs to the keeper's thread until this is closed
    /// @param fast whether an errand is done once it is sent
    Keeper(ServiceManager manager, Stored stored, Ledger ledger, boolean fast, Consumer<Moment> watcher) {
        this.manager = manager;
        this.stored = stored;
        this.ledger = ledger;
        this.fast = fast;
        this.watcher = watcher;
        this.thread = Thread.ofPlatform().name("keeper").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// For any thread.
    void run(Errand errand) {
        queue.add(errand);
    }

    /// Something is leaving. For any thread.
    void look() {
        queue.add(LOOK);
    }

    private void run() {
        try {
            boolean over = false;
            while (!over) {
                var batch = new ArrayList<Errand>();
                Errand first =
                        unconfirmed > 0 ? queue.poll(LATE_MILLIS, TimeUnit.MILLISECONDS) : queue.take();
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, MOST_AT_ONCE - 1);
                }
                over = batch.remove(END);
                batch.removeIf(errand -> errand == LOOK);
                serve(batch);
                if (unconfirmed > 0 && (first == null || unconfirmed >= MOST_AT_ONCE)) {
                    confirmLate();
                }
            }
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(List<Errand> errands) {
        try {
            tryLetGo();
            store(errands);
        } catch (RuntimeException fault) {
            LOG.error("the service manager could not be asked to keep anything", fault);
            errands.stream().filter(errand -> !errand.done().isDone()).forEach(errand -> {
                errand.files().keySet().forEach(stored::release);
                errand.done().complete(new Errand.Outcome.Unheard(String.valueOf(fault.getMessage())));
            });
        }
    }

    private void tryLetGo() {
        try {
            letGo();
        } catch (SystemCallException unheard) {
            LOG.warn("the service manager was not told what to let go of: {}", unheard.getMessage());
        }
    }

    /// Only what the ledger does not name any more.
    private void letGo() {
        if (stored.isAnyLeaving()) {
            List<Integer> leaving = stored.leaving();
            ledger.settle();
            for (int id : leaving) {
                manager.remove(Ids.name(id));
                stored.left(id);
            }
            watcher.accept(Moment.REMOVED);
        }
    }

    private void store(List<Errand> errands) {
        var sent = new ArrayList<Errand>();
        for (Errand errand : errands) {
            Errand.Outcome outcome = send(errand);
            if (outcome instanceof Errand.Outcome.Kept && !fast) {
                sent.add(errand);
            } else {
                errand.done().complete(outcome);
            }
        }
        if (sent.isEmpty()) {
            return;
        }
        Errand.Outcome outcome = confirmed();
        boolean alone = sent.size() == 1;
        if (outcome instanceof Errand.Outcome.Full && !alone) {
            sent.forEach(errand -> withdraw(errand.entries()));
            sent.forEach(errand -> store(List.of(errand)));
            return;
        }
        if (!(outcome instanceof Errand.Outcome.Kept)) {
            sent.forEach(errand -> withdraw(errand.entries()));
        }
        sent.forEach(errand -> errand.done().complete(outcome));
    }

    private Errand.Outcome send(Errand errand) {
        try {
            for (Map.Entry<Entry, Stored.File> one : errand.files().entrySet()) {
                if (!send(one.getKey(), one.getValue())) {
                    withdraw(errand.entries());
                    return new Errand.Outcome.Full(stored.count());
                }
            }
            return new Errand.Outcome.Kept();
        } catch (SystemCallException unheard) {
            withdraw(errand.entries());
            return new Errand.Outcome.Unheard(unheard.getMessage());
        }
    }

    /// Another name for what is stored already needs nothing. What left is let go of first: the same file could come back just now, and
    /// would be ignored for as long as it is there under its old name.
    private boolean send(Entry entry, Stored.File file) {
        if (stored.join(entry, file)) {
            return true;
        }
        letGo();
        OptionalInt id = stored.add(entry, file);
        if (id.isEmpty()) {
            return false;
        }
        manager.store(Ids.name(id.getAsInt()), entry.content().descriptor().orElseThrow());
        watcher.accept(Moment.SENT);
        unconfirmed += fast ? 1 : 0;
        return true;
    }

    private void withdraw(Collection<Entry> entries) {
        entries.forEach(stored::release);
        tryLetGo();
    }

    private Errand.Outcome confirmed() {
        try {
            if (!hasRoom()) {
                return new Errand.Outcome.Full(stored.count());
            }
            watcher.accept(Moment.CONFIRMED);
            return new Errand.Outcome.Kept();
        } catch (SystemCallException | Unheard unheard) {
            return new Errand.Outcome.Unheard(unheard.getMessage());
        }
    }

    /// Whether there was room for one more after all that was sent before; then there was room for that.
    ///
    /// @throws Unheard if the barrier is not answered in time
    boolean hasRoom() throws Unheard {
        return hasRoom(manager);
    }

    static boolean hasRoom(ServiceManager manager) throws Unheard {
        try (Pipe.Ends probe = Pipe.create()) {
            manager.store(Ids.PROBE, probe.write());
            probe.write().close();
            boolean heard = manager.barrier(PATIENCE_MILLIS);
            boolean kept = heard && !manager.isDropped(probe.read(), 0);
            manager.remove(Ids.PROBE);
            if (!heard) {
                throw new Unheard();
            }
            return kept;
        }
    }

    /// The service manager does not answer.
    static final class Unheard extends Exception {
        private static final long serialVersionUID = 1L;

        Unheard() {
            super("the service manager did not answer a barrier within " + PATIENCE_MILLIS / 1000 + " s");
        }
    }

    private void confirmLate() {
        int doubtful = unconfirmed;
        unconfirmed = 0;
        switch (confirmed()) {
            case Errand.Outcome.Kept _ -> LOG.debug("the service manager keeps {} more", doubtful);
            case Errand.Outcome.Full(var kept) -> LOG.error(
                    "the service manager's store is full: of about {} descriptors, some of the last {} would not survive a"
                            + " crash; raise FileDescriptorStoreMax=",
                    kept, doubtful);
            case Errand.Outcome.Unheard(var reason) -> LOG.error(
                    "the last {} descriptors may not survive a crash: {}", doubtful, reason);
        }
    }

    /// Lets what is waiting come to its end.
    @Override
    public void close() {
        queue.add(END);
        try {
            thread.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        manager.close();
    }
}
