package org.fdbox.daemon.box;

import java.util.Optional;

import org.fdbox.protocol.Happening;

/// Something that has changed in a box.
public final class Event {

    private final Happening what;
    private final Box source;
    private final Access access;
    private final Optional<String> entry;
    private final int uid;

    /// Under the lock, once it has changed.
    Event(Happening what, Box source, Optional<String> entry, int uid) {
        this.what = what;
        this.source = source;
        this.access = source.access();
        this.entry = entry;
        this.uid = uid;
    }

    public Happening what() {
        return what;
    }

    /// The box's name.
    public String box() {
        return source.name();
    }

    /// The entry's name; empty where it is about the whole box.
    public Optional<String> entry() {
        return entry;
    }

    /// Who did it.
    public int uid() {
        return uid;
    }

    /// Whether this caller may know of it: who could list the box once it had changed.
    public boolean isFor(Caller caller) {
        return switch (caller) {
            case Caller.Peer(var who) -> access.allows(who, Right.LIST);
            case BoxHandle handle -> handle.reaches(source) && handle.allows(Right.LIST);
        };
    }
}
