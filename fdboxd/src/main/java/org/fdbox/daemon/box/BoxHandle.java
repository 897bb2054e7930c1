package org.fdbox.daemon.box;

import java.util.EnumSet;
import java.util.Set;
import org.fdbox.protocol.HandleRight;
import org.fdbox.sys.PeerCredentials;

/// Some rights on one box, for whoever holds the socket that goes with it, whatever its uid. They are settled when it is
/// opened: what becomes of its opener or of the box's mode later takes none away. It ends with its box, and reaches no other
/// one of that name.
public final class BoxHandle implements Caller, AutoCloseable {

    private static final Runnable NOBODY = () -> {};

    private final Shelf shelf;
    private final Box box;
    private final Set<HandleRight> rights;
    private final PeerCredentials opener;
    /// Guarded by the store's lock.
    private Runnable watcher = NOBODY;
    private boolean over;

    BoxHandle(Shelf shelf, Box box, Set<HandleRight> rights, PeerCredentials opener) {
        this.shelf = shelf;
        this.box = box;
        this.rights = EnumSet.noneOf(HandleRight.class);
        this.rights.addAll(rights);
        this.opener = opener;
    }

    /// Who opened it, or opened the handle that it was opened over.
    @Override
    public PeerCredentials account() {
        return opener;
    }

    /// The name of its box.
    public String box() {
        return box.name();
    }

    /// A copy.
    public Set<HandleRight> rights() {
        return EnumSet.copyOf(rights);
    }

    /// Whether its box is gone, so that it reaches nothing any more, also if there is another one of that name by now.
    public boolean isOver() {
        synchronized (shelf) {
            return over;
        }
    }

    boolean reaches(Box other) {
        return box == other;
    }

    boolean allows(Right right) {
        return right.granted().filter(rights::contains).isPresent();
    }

    /// @param ended run once when the box has been deleted, on any thread; at once if it has been already
    public void whenBoxEnds(Runnable ended) {
        boolean now;
        synchronized (shelf) {
            watcher = ended;
            now = over;
        }
        if (now) {
            ended.run();
        }
    }

    /// Under the lock: the box is gone.
    ///
    /// @return to be run without the lock
    Runnable end() {
        over = true;
        return watcher;
    }

    /// Nobody holds its socket any more.
    @Override
    public void close() {
        synchronized (shelf) {
            box.handles().remove(this);
            watcher = NOBODY;
        }
    }
}
