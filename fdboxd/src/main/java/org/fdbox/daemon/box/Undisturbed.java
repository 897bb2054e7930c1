package org.fdbox.daemon.box;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fdbox.protocol.Refused;

/// Some boxes, kept from every other change for longer than the lock may be held.
final class Undisturbed implements AutoCloseable {

    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Shelf shelf;
    private final Map<Box, Box.Seal> seals = new HashMap<>();
    private final Map<Waiting, Box> boxes = new LinkedHashMap<>();

    /// Waits, within bounds, until nobody else changes or saves the boxes of these entries.
    ///
    /// @throws Refused.HandoverInProgress if a save took too long, or BoxSealed if another change did
    Undisturbed(Shelf shelf, List<Waiting> wanted) throws Refused {
        this.shelf = shelf;
        synchronized (shelf) {
            for (Waiting waiting : awaitSettled(wanted)) {
                Box box = where(waiting);
                boxes.put(waiting, box);
                seals.put(box, box.seal());
            }
            seals.keySet().forEach(box -> box.setSeal(box.unsettled()));
        }
    }

    private List<Waiting> awaitSettled(List<Waiting> wanted) throws Refused {
        long deadline = System.nanoTime() + SETTLE_NANOS;
        while (true) {
            List<Waiting> still = wanted.stream().filter(this::isThere).toList();
            Optional<Refused> busy = busy(still);
            if (busy.isEmpty()) {
                return still;
            }
            await(deadline - System.nanoTime(), busy.get());
        }
    }

    /// Lets go of the lock meanwhile.
    private void await(long nanos, Refused busy) throws Refused {
        if (nanos <= 0) {
            throw busy;
        }
        try {
            TimeUnit.NANOSECONDS.timedWait(shelf, nanos);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            throw busy;
        }
    }

    /// Under the lock.
    private Box where(Waiting waiting) {
        return shelf.boxes().get(waiting.box());
    }

    private boolean isThere(Waiting waiting) {
        Box box = where(waiting);
        return box != null && box.has(waiting.entry());
    }

    private Optional<Refused> busy(List<Waiting> still) {
        for (Waiting waiting : still) {
            try {
                where(waiting).requireSettled();
                where(waiting).requireNotFrozen();
            } catch (Refused busy) {
                return Optional.of(busy);
            }
        }
        return Optional.empty();
    }

    /// Those that were still pending then, and are for as long as this is not closed.
    List<Waiting> entries() {
        return List.copyOf(boxes.keySet());
    }

    /// Whether its box is not sealed.
    boolean isOpen(Waiting waiting) {
        return seals.get(box(waiting)) == Box.Seal.OPEN;
    }

    Box box(Waiting waiting) {
        return boxes.get(waiting);
    }

    @Override
    public void close() {
        synchronized (shelf) {
            seals.forEach(Box::setSeal);
            shelf.notifyAll();
        }
    }
}
