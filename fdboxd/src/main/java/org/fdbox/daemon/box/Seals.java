package org.fdbox.daemon.box;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.fdbox.protocol.Happening;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply.Left;
import org.fdbox.sys.OwnedFd;

/// Sealing and unsealing boxes, stopping change while they are saved, and bringing them back.
public final class Seals {

    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final String WITHHELD =
            "the box is for root and the daemon's own user alone until one of them changes its access: ";

    private final Shelf shelf;
    /// Guarded by the lock.
    private boolean frozen;

    Seals(Shelf shelf) {
        this.shelf = shelf;
    }

    /// @return closed by the caller
    public Transition startSealing(Caller caller, String name) throws Refused {
        synchronized (shelf) {
            Box box = shelf.authorised(caller, name, Right.SEAL);
            box.requireOpen();
            box.requireNothingOut();
            box.requireNotFrozen();
            return start(caller, box, Box.Seal.OPEN, Box.Seal.SEALING, Box.Seal.SEALED);
        }
    }

    /// Whether a box may be unsealed now; answers whether anything in it is pending.
    public boolean requireUnsealable(Caller caller, String name) throws Refused {
        synchronized (shelf) {
            return unsealable(caller, name).hasPending();
        }
    }

    private Box unsealable(Caller caller, String name) throws Refused {
        Box box = shelf.authorised(caller, name, Right.SEAL);
        box.requireSettled();
        if (box.seal() == Box.Seal.OPEN) {
            throw new Refused.BoxNotSealed(name);
        }
        box.requireNotFrozen();
        return box;
    }

    /// @return closed by the caller
    public Transition startUnsealing(Caller caller, String name) throws Refused {
        synchronized (shelf) {
            Box box = unsealable(caller, name);
            return start(caller, box, Box.Seal.SEALED, Box.Seal.UNSEALING, Box.Seal.OPEN);
        }
    }

    /// What all boxes but one hold at this moment.
    ///
    /// @return closed by the caller
    public Elsewhere elsewhere(Transition one) {
        synchronized (shelf) {
            var entries = new ArrayList<Entry>();
            for (Box box : shelf.boxes().values()) {
                if (!box.name().equals(one.box())) {
                    entries.addAll(box.entries());
                }
            }
            entries.forEach(Entry::pin);
            return new Elsewhere(shelf, entries);
        }
    }

    private Transition start(Caller caller, Box box, Box.Seal before, Box.Seal during,
            Box.Seal after) {
        box.setSeal(during);
        List<Entry> entries = List.copyOf(box.entries());
        entries.forEach(Entry::pin);
        return new Transition(this, caller.account().uid(), box, entries, before, after);
    }

    void requireNoCopyOnItsWay(Transition transition) throws Refused.FdLeased {
        synchronized (shelf) {
            for (Entry entry : transition.entries()) {
                if (entry.isCopying()) {
                    throw new Refused.FdLeased(transition.box(), entry.name());
                }
            }
        }
    }

    void settle(Transition transition, Box.Seal seal) {
        Box box = transition.target();
        synchronized (shelf) {
            box.setSeal(seal);
            if (transition.isCompleted()) {
                List<Entry> changed = seal == Box.Seal.OPEN ? box.forgetSaved() : List.of();
                shelf.note(Change.both(List.of(box.state()), Change.come(box.name(), changed)));
                shelf.note(seal == Box.Seal.SEALED ? Happening.SEALED : Happening.UNSEALED, box,
                        transition.uid());
            }
            shelf.notifyAll();
        }
        shelf.deliverEvents();
        shelf.unpin(transition.entries());
        shelf.safekeeping().settle();
    }

    /// Stops change in everything that a save writes down. Boxes that are just being sealed, unsealed or changed are waited for,
    /// within bounds.
    ///
    /// @return closed by the caller
    /// @throws Refused.HandoverInProgress if it is stopped already
    public Frozen freeze() throws Refused.HandoverInProgress {
        synchronized (shelf) {
            if (frozen) {
                throw new Refused.HandoverInProgress();
            }
            frozen = true;
            awaitSettled();
            var sealed = new ArrayList<Look>();
            var pendingOnly = new ArrayList<Look>();
            var unsettled = new ArrayList<String>();
            var leftOut = new ArrayList<String>();
            for (Box box : shelf.boxes().values()) {
                if (!box.isSettled()) {
                    unsettled.add(box.name());
                } else if (box.seal() == Box.Seal.SEALED) {
                    box.setFrozen(true);
                    sealed.add(shelf.look(box, box.entries()));
                } else if (box.hasPending()) {
                    box.setFrozen(true);
                    leftOut.add(box.name());
                    pendingOnly
                            .add(shelf.look(box, box.entries().stream().filter(Entry::isPending).toList()));
                } else if (!box.entries().isEmpty()) {
                    leftOut.add(box.name());
                }
            }
            return new Frozen(this, sealed, pendingOnly, unsettled, leftOut);
        }
    }

    /// Under the lock, which waiting lets go of.
    private void awaitSettled() {
        long deadline = System.nanoTime() + SETTLE_NANOS;
        try {
            long left = SETTLE_NANOS;
            while (left > 0 && !shelf.boxes().values().stream().allMatch(Box::isSettled)) {
                TimeUnit.NANOSECONDS.timedWait(shelf, left);
                left = deadline - System.nanoTime();
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    void thaw() {
        synchronized (shelf) {
            frozen = false;
            shelf.boxes().values().forEach(box -> box.setFrozen(false));
            shelf.notifyAll();
        }
    }

    /// Keeps names from being used for new boxes: those of boxes that this version only carries along.
    public void reserve(Set<String> names) {
        synchronized (shelf) {
            shelf.reserved().addAll(names);
        }
    }

    /// What waits for a handler, or is withheld, with the reason.
    public List<Left> pending() {
        synchronized (shelf) {
            var pending = new ArrayList<Left>();
            for (Box box : shelf.boxes().values()) {
                box.withheld().ifPresent(why -> pending.add(new Left(box.name(), Optional.empty(),
                        Optional.empty(), WITHHELD + why.reason())));
                for (Entry entry : box.entries()) {
                    if (entry.content() instanceof Content.Pending(var compatible, var reason, _)) {
                        pending.add(new Left(box.name(), Optional.of(entry.name()), Optional.of(compatible),
                                reason));
                    }
                }
            }
            return pending;
        }
    }

    /// Recovered entries that others stand for now: nobody keeps them any more.
    ///
    /// @param replaced belong to this
    public void discard(List<Entry> replaced) {
        shelf.safekeeping().release(replaced);
        replaced.forEach(entry -> entry.content().descriptor().ifPresent(OwnedFd::close));
    }

    /// Adds a recovered box. Quotas count it and do not refuse it: nothing that was saved is thrown away.
    ///
    /// @param withheld why only they whom `access` names may have it now
    public void recover(String name, Access access, long createdUSec, boolean sealed, List<Entry> entries,
            Optional<Withheld> withheld) {
        recover(new Change.BoxIs(name, access, createdUSec, sealed, withheld, Map.of()), entries);
    }

    /// The same of a box that is known as it was.
    public void recover(Change.BoxIs state, List<Entry> entries) {
        try {
            shelf.safekeeping().keep(entries);
        } catch (Refused unkept) {
            // Whoever would not keep them has said so; they come back all the same.
        }
        synchronized (shelf) {
            shelf.admit(state, entries);
            shelf.note(Change.both(List.of(state), Change.come(state.box(), entries)));
        }
    }
}
