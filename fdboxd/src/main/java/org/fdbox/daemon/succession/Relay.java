package org.fdbox.daemon.succession;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Safekeeping;
import org.fdbox.protocol.Refused;

/// Tells several who keep what the boxes hold; they come and go while the boxes are used. Safe for use by several threads.
public final class Relay implements Safekeeping {

    private final List<Safekeeping> keepers = new CopyOnWriteArrayList<>();

    /// From now on it is told of what is kept and noted.
    ///
    /// @param keeper where it joins under the store's lock, it is told of every later change and of none before
    public void join(Safekeeping keeper) {
        keepers.add(keeper);
    }

    void leave(Safekeeping keeper) {
        keepers.remove(keeper);
    }

    @Override
    public boolean isOn() {
        for (Safekeeping keeper : keepers) {
            if (keeper.isOn()) {
                return true;
            }
        }
        return false;
    }

    /// By all or by none.
    @Override
    public void keep(List<Entry> entries) throws Refused {
        var kept = new ArrayList<Safekeeping>();
        boolean all = false;
        try {
            for (Safekeeping keeper : keepers) {
                keeper.keep(entries);
                kept.add(keeper);
            }
            all = true;
        } finally {
            if (!all) {
                kept.forEach(keeper -> keeper.release(entries));
            }
        }
    }

    @Override
    public void release(List<Entry> entries) {
        for (Safekeeping keeper : keepers) {
            keeper.release(entries);
        }
    }

    @Override
    public void note(List<Change> changes) {
        for (Safekeeping keeper : keepers) {
            keeper.note(changes);
        }
    }

    @Override
    public void settle() {
        for (Safekeeping keeper : keepers) {
            keeper.settle();
        }
    }

    @Override
    public boolean isKeeper(int pid) {
        return keepers.stream().anyMatch(keeper -> keeper.isKeeper(pid));
    }
}
