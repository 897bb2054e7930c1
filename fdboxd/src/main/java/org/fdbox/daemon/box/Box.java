package org.fdbox.daemon.box;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;

/// One box: its entries, its seal, its access, and the rules that need nothing but these. Guarded by the store's lock.
final class Box {

    /// While handlers are asked, the box is neither open nor sealed.
    enum Seal {
        OPEN,
        SEALING,
        SEALED,
        UNSEALING
    }

    private final String name;
    private final long createdUSec;
    /// What a version that knows more said of it.
    private Map<String, Object> extra;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<BoxHandle> handles = new HashSet<>();
    private Access access;
    private Seal seal;
    /// Null where it is not.
    private Withheld withheld;
    /// Being written down: what is in it must stay.
    private boolean frozen;
    private int pending;

    Box(Change.BoxIs state) {
        this.name = state.box();
        this.access = state.access();
        this.createdUSec = state.createdUSec();
        this.seal = state.sealed() ? Seal.SEALED : Seal.OPEN;
        this.withheld = state.withheld().orElse(null);
        this.extra = state.extra();
    }

    String name() {
        return name;
    }

    Access access() {
        return access;
    }

    /// Who sets it has looked at what withheld the box.
    void setAccess(Access access) {
        this.access = access;
        withheld = null;
    }

    /// It is so in another process, of which this is a copy. Nothing here is just changing it.
    void follow(Change.BoxIs state) {
        access = state.access();
        seal = state.sealed() ? Seal.SEALED : Seal.OPEN;
        withheld = state.withheld().orElse(null);
        extra = state.extra();
        if (seal == Seal.OPEN) {
            entries.values().forEach(Entry::forgetSaved);
        }
    }

    Optional<Withheld> withheld() {
        return Optional.ofNullable(withheld);
    }

    EntryInfo shown(Entry entry) {
        return withheld == null ? entry.info() : withheld.explain(entry.info());
    }

    Seal seal() {
        return seal;
    }

    void setSeal(Seal seal) {
        this.seal = seal;
    }

    /// Handlers or a disk are being asked about it.
    boolean isSettled() {
        return seal == Seal.OPEN || seal == Seal.SEALED;
    }

    /// What it is while it is being changed: shown as before, and closed to other changes.
    Seal unsettled() {
        return seal == Seal.OPEN ? Seal.SEALING : Seal.UNSEALING;
    }

    void setFrozen(boolean frozen) {
        this.frozen = frozen;
    }

    boolean hasPending() {
        return pending > 0;
    }

    boolean isPending(String entryName) {
        Entry entry = entries.get(entryName);
        return entry != null && entry.isPending();
    }

    /// Those that are open to it.
    Set<BoxHandle> handles() {
        return handles;
    }

    /// Those of these names that are there.
    List<Entry> entries(Collection<String> names) {
        return names.stream().map(entries::get).filter(Objects::nonNull).toList();
    }

    /// It is open: what was saved of its entries is finished with.
    ///
    /// @return those of which anything was
    List<Entry> forgetSaved() {
        List<Entry> saved = entries.values().stream().filter(entry -> entry.saved().isPresent()).toList();
        saved.forEach(Entry::forgetSaved);
        return saved;
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    BoxInfo info() {
        return new BoxInfo(
                name, isSealed(), access.owner(), access.group(), access.mode(), entries.size(), pending,
                createdUSec);
    }

    /// As it outlives the daemon: a change that is not complete has not been.
    Change.BoxIs state() {
        return new Change.BoxIs(name, access, createdUSec, isSealed(), withheld(), extra);
    }

    /// Also while that is being changed.
    private boolean isSealed() {
        return seal == Seal.SEALED || seal == Seal.UNSEALING;
    }

    void requireOpen() throws Refused.BoxSealed {
        if (seal != Seal.OPEN) {
            throw new Refused.BoxSealed(name);
        }
    }

    /// Handlers are being asked: whatever changes the box has to wait.
    void requireSettled() throws Refused.BoxSealed {
        if (!isSettled()) {
            throw new Refused.BoxSealed(name);
        }
    }

    void requireNotFrozen() throws Refused.HandoverInProgress {
        if (frozen) {
            throw new Refused.HandoverInProgress();
        }
    }

    void requireNothingOut() throws Refused.FdLeased {
        for (Entry entry : entries.values()) {
            requireIn(entry);
        }
    }

    Entry entry(String entryName) throws Refused.NoSuchFd {
        Entry entry = entries.get(entryName);
        if (entry == null) {
            throw new Refused.NoSuchFd(name, entryName);
        }
        return entry;
    }

    /// The entry of a name, or null.
    Entry entryOrNull(String entryName) {
        return entries.get(entryName);
    }

    /// An entry that stands for a descriptor.
    Entry held(String entryName) throws Refused {
        Entry entry = entry(entryName);
        requireHeld(entry);
        return entry;
    }

    /// An entry that can be handed out now.
    Entry available(String entryName) throws Refused {
        Entry entry = held(entryName);
        requireIn(entry);
        return entry;
    }

    /// Everything, if all of it can be handed out now.
    List<Entry> allAvailable() throws Refused {
        var all = new ArrayList<Entry>();
        for (String entryName : entries.keySet()) {
            all.add(available(entryName));
        }
        return all;
    }

    private void requireHeld(Entry entry) throws Refused.FdPending {
        if (entry.isPending()) {
            throw new Refused.FdPending(name, entry.name(), entry.content().compatible());
        }
    }

    private void requireIn(Entry entry) throws Refused.FdLeased {
        if (entry.isOut()) {
            throw new Refused.FdLeased(name, entry.name());
        }
    }

    /// Whether a new entry may have this name; answers the one it would replace, or null.
    Entry requireFree(String entryName, boolean replace) throws Refused {
        Entry old = entries.get(entryName);
        if (old == null) {
            return null;
        }
        if (!replace) {
            throw new Refused.FdExists(name, entryName);
        }
        requireHeld(old);
        requireIn(old);
        return old;
    }

    void add(Entry entry) {
        entries.put(entry.name(), entry);
        pending += entry.isPending() ? 1 : 0;
    }

    /// Whether this very entry is in it.
    boolean has(Entry entry) {
        return entries.get(entry.name()) == entry;
    }

    /// Puts another entry of the same name in an entry's place.
    void replace(Entry old, Entry now) {
        entries.put(now.name(), now);
        pending += (now.isPending() ? 1 : 0) - (old.isPending() ? 1 : 0);
    }

    void remove(Entry entry) {
        entries.remove(entry.name());
        pending -= entry.isPending() ? 1 : 0;
    }
}
