package org.fdbox.daemon.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.fdbox.daemon.box.Entry;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that has descriptors stored and removed. What has come while it waited for a barrier goes together, behind one barrier.
final class Keeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final int MOST_AT_ONCE = 256;
    /// How long after a put it is found out, at the latest, whether it was kept, where nobody waits for that.
    private static final long LATE_MILLIS = 100;

    private static final Errand LOOK = Errand.of(Map.of());
    private static final Errand END = Errand.of(Map.of());

    /// @param errand stands for it in the queue
    private record Pause(Errand errand, CountDownLatch reached, CountDownLatch over) {}

    private final ServiceManager manager;
    private final Stored stored;
    private final Ledger ledger;
    private final boolean fast;
    private final Consumer<Moment> watcher;
    private final BlockingQueue<Errand> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    /// Of whoever wants it to stop; null where nobody does.
    private volatile Pause pause;
    /// For good.
    private volatile boolean left;
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
        if (left) {
            refuseAll();
        }
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
                Pause wanted = pause;
                boolean pausing = wanted != null && batch.remove(wanted.errand());
                batch.removeIf(errand -> errand.files().isEmpty());
                if (left) {
                    batch.forEach(Keeper::refuse);
                } else {
                    serve(batch);
                }
                if (unconfirmed > 0 && !left
                        && (first == null || pausing || unconfirmed >= MOST_AT_ONCE)) {
                    confirmLate();
                }
                if (pausing) {
                    wanted.reached().countDown();
                    wanted.over().await();
                }
            }
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
        }
    }

    /// What was wanted before is done, and nothing more until [#resume] or [#leave]. For one thread at a time.
    ///
    /// @return whether it came to a rest in time; it goes on if not
    boolean pause(Duration most) {
        var now = new Pause(Errand.of(Map.of()), new CountDownLatch(1), new CountDownLatch(1));
        pause = now;
        queue.add(now.errand());
        boolean rests = false;
        try {
            rests = now.reached().await(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        if (!rests) {
            resume();
        }
        return rests;
    }

    void resume() {
        Pause now = pause;
        if (now != null) {
            pause = null;
            now.over().countDown();
        }
    }

    /// Ends at once, for somebody else who goes on: nothing is said to the service manager any more once this returns.
    void leave() {
        left = true;
        close();
        refuseAll();
    }

    private void refuseAll() {
        for (Errand errand = queue.poll(); errand != null; errand = queue.poll()) {
            refuse(errand);
        }
    }

    /// Nobody serves it any more.
    private static void refuse(Errand errand) {
        errand.done().complete(new Errand.Outcome.Unheard("another process keeps the boxes now"));
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
            sent.forEach(this::withdraw);
            sent.forEach(errand -> store(List.of(errand)));
            return;
        }
        if (!(outcome instanceof Errand.Outcome.Kept)) {
            sent.forEach(this::withdraw);
        }
        sent.forEach(errand -> errand.done().complete(outcome));
    }

    private Errand.Outcome send(Errand errand) {
        try {
            for (Map.Entry<Entry, Stored.File> one : errand.files().entrySet()) {
                if (!send(one.getKey(), one.getValue())) {
                    withdraw(errand);
                    return new Errand.Outcome.Full(stored.count());
                }
            }
            return new Errand.Outcome.Kept();
        } catch (SystemCallException unheard) {
            withdraw(errand);
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

    private void withdraw(Errand errand) {
        errand.files().keySet().forEach(stored::release);
        tryLetGo();
    }

    private Errand.Outcome confirmed() {
        try {
            if (!Probe.hasRoom(manager)) {
                return new Errand.Outcome.Full(stored.count());
            }
            watcher.accept(Moment.CONFIRMED);
            return new Errand.Outcome.Kept();
        } catch (SystemCallException | Probe.Unheard unheard) {
            return new Errand.Outcome.Unheard(unheard.getMessage());
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

    /// Lets what is waiting come to its end, also if it was [paused][#pause].
    @Override
    public void close() {
        resume();
        queue.add(END);
        try {
            thread.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        manager.close();
    }
}
