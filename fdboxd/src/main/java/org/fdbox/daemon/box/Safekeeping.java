package org.fdbox.daemon.box;

import java.util.List;
import org.fdbox.protocol.Refused;

/// Somebody outside of this process who keeps what the boxes hold, so that its sudden death loses nothing that was acknowledged.
///
/// A put goes through all of it: [#keep] before anybody can see the entries, [#note] in the same visit that makes them visible,
/// [#settle] before the put is acknowledged. Whatever leaves is noted, and let go of once that note is safe: a death in between
/// brings back what had left already, and never loses what had not.
public interface Safekeeping {

    /// Nobody keeps anything.
    Safekeeping NONE = new Safekeeping() {
        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public void keep(List<Entry> entries) {
            // They live in this process alone.
        }

        @Override
        public void release(List<Entry> entries) {
            // Nothing was kept.
        }

        @Override
        public void note(List<Change> changes) {
            // Nobody will read it.
        }

        @Override
        public void settle() {
            // Nothing was noted.
        }

        @Override
        public boolean isKeeper(int pid) {
            return false;
        }
    };

    /// Whether anything is kept, so that [#keep] may have to wait.
    boolean isOn();

    /// Has the descriptors of entries kept. Pending entries, and those that are kept already, need nothing. May block.
    ///
    /// @param entries that nobody else knows of yet, their descriptors open until this returns
    /// @throws Refused.QuotaExceeded if there is no room for all of them; none is kept then
    /// @throws Refused.HandoverFailed if nobody answers; none is kept then
    void keep(List<Entry> entries) throws Refused;

    /// They got into no box after all.
    void release(List<Entry> entries);

    /// Notes what has just changed, all of it or none. Called under the store's lock, which gives the notes their order;
    /// neither blocks nor fails. What is gone may be closed as soon as this has returned.
    void note(List<Change> changes);

    /// Returns once everything that was noted before outlives this process. Does not block: it writes to memory.
    void settle();

    /// Whether a process holds files only because it keeps them for the boxes.
    boolean isKeeper(int pid);
}
