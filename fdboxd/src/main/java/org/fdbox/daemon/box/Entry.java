package org.fdbox.daemon.box;

import java.util.Map;
import java.util.Optional;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.EntryInfo.State;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.sys.PeerCredentials;

/// One named thing in a box. What changes is guarded by the store's lock.
public final class Entry {

    private static final String STILL_SAVED =
            "as it was saved before, for as long as its box stays sealed; then it lives only while it is held";

    private final String name;
    private final Content content;
    private final PeerCredentials putter;
    private final long putUSec;
    private final Map<String, Object> extra;

    /// On its way to a client, or arrived there and not yet confirmed.
    private boolean out;
    /// How many copies are on their way to clients.
    private int copying;
    /// How many looks and handouts need the descriptor open.
    private int pins;
    private boolean removed;
    /// What a save still writes of it although it is held; null where its handler is asked. Stays while it is frozen.
    private volatile Map<String, Object> saved;

    public Entry(String name, Content content, PeerCredentials putter, long putUSec) {
        this(name, content, putter, putUSec, Map.of());
    }

    /// @param extra what a version that knows more said of it, to be carried along
    public Entry(String name, Content content, PeerCredentials putter, long putUSec,
            Map<String, Object> extra) {
        this.name = name;
        this.content = content;
        this.putter = putter;
        this.putUSec = putUSec;
        this.extra = extra;
    }

    public String name() {
        return name;
    }

    public Content content() {
        return content;
    }

    public PeerCredentials putter() {
        return putter;
    }

    public long putUSec() {
        return putUSec;
    }

    /// What a version that knows more said of it.
    public Map<String, Object> extra() {
        return extra;
    }

    /// Its node of an earlier save, to be written again as it is: for what nobody here can preserve, while its box has been
    /// sealed ever since.
    public Optional<Map<String, Object>> saved() {
        return Optional.ofNullable(saved);
    }

    /// This entry, of which saves go on to write what was saved before.
    public Entry savedAs(Map<String, Object> node) {
        saved = node;
        return this;
    }

    /// Its box is open: what was saved of it is finished with.
    void forgetSaved() {
        saved = null;
    }

    /// This pending entry, made again.
    ///
    /// @param keep whether saves still write what was saved of it
    Entry restored(Content.Held held, boolean keep) {
        var restored = new Entry(name, held, putter, putUSec, extra);
        restored.saved = keep ? ((Content.Pending) content).saved() : null;
        return restored;
    }

    /// This pending entry, waiting on for another reason.
    Entry waitingFor(String reason) {
        var pending = (Content.Pending) content;
        return new Entry(
                name, new Content.Pending(pending.compatible(), reason, pending.saved()), putter, putUSec,
                extra);
    }

    boolean isPending() {
        return content instanceof Content.Pending;
    }

    boolean isOut() {
        return out;
    }

    void setOut(boolean out) {
        this.out = out;
    }

    boolean isCopying() {
        return copying > 0;
    }

    /// @param more copies, or minus those that have been sent or never will be
    void addCopying(int more) {
        copying += more;
    }

    void pin() {
        pins++;
    }

    /// Lets go of a pin; answers whether the descriptor is to be closed now.
    boolean unpin() {
        pins--;
        return removed && pins == 0;
    }

    /// The box has let go of it; answers whether the descriptor is to be closed now.
    boolean remove() {
        removed = true;
        return pins == 0;
    }

    /// As it is shown; without what only List finds out.
    EntryInfo info() {
        return switch (content) {
            case Content.Held(_, var kind) when saved != null ->
                info(kind.name(), State.HELD, Survival.CONTENTS, Optional.of(STILL_SAVED));
            case Content.Held(_, var kind) ->
                info(kind.name(), out ? State.LEASED : State.HELD, kind.survival(),
                        Optional.ofNullable(kind.reason()));
            case Content.Pending(_, var reason, _) ->
                info("unknown", State.PENDING, Survival.CONTENTS, Optional.of(reason));
        };
    }

    private EntryInfo info(String kind, State state, Survival survival, Optional<String> reason) {
        return new EntryInfo(
                name,
                content.compatible(),
                kind,
                state,
                survival,
                reason,
                Optional.empty(),
                putter.uid(),
                putter.pid(),
                putUSec,
                Map.of());
    }
}
