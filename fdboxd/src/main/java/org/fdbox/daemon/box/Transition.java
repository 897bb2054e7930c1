package org.fdbox.daemon.box;

import java.util.List;
import org.fdbox.protocol.Refused;

/// A box whose handlers are being asked whether it may be sealed, or unsealed. Until this is closed the box refuses every
/// change; closing it without [#complete()] leaves the box as it was.
public final class Transition implements AutoCloseable {

    private final Seals seals;
    private final int uid;
    private final Box box;
    private final List<Entry> entries;
    private final Box.Seal before;
    private final Box.Seal after;
    private boolean completed;

    /// @param uid whose wish it is
    Transition(Seals seals, int uid, Box box, List<Entry> entries, Box.Seal before, Box.Seal after) {
        this.seals = seals;
        this.uid = uid;
        this.box = box;
        this.entries = entries;
        this.before = before;
        this.after = after;
    }

    public String box() {
        return box.name();
    }

    public List<Entry> entries() {
        return entries;
    }

    /// For who is to be the only one: a copy that this process still has to send would be with somebody else soon.
    ///
    /// @throws Refused.FdLeased with the first entry of which one is on its way
    public void requireNoCopyOnItsWay() throws Refused.FdLeased {
        seals.requireNoCopyOnItsWay(this);
    }

    /// Everybody agreed.
    public void complete() {
        completed = true;
    }

    boolean isCompleted() {
        return completed;
    }

    int uid() {
        return uid;
    }

    Box target() {
        return box;
    }

    @Override
    public void close() {
        seals.settle(this, completed ? after : before);
    }
}
