package org.fdbox.daemon.box;

import java.util.ArrayList;
import java.util.List;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Happening;
import org.fdbox.protocol.Name;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.PeerCredentials;

/// Putting entries: judged, kept, and then in their box, in this order, so that whoever sees one may rely on it.
final class Putting {

    private final Shelf shelf;

    Putting(Shelf shelf) {
        this.shelf = shelf;
    }

    /// Whether a put may have to wait until somebody keeps what it brings.
    boolean waits() {
        return shelf.safekeeping().isOn();
    }

    /// Adds entries, all or none. May block if it [#waits].
    ///
    /// @param added with different names; their descriptors belong to the store if this returns, and to the caller else
    List<EntryInfo> put(Caller caller, String name, List<Entry> added, boolean replace)
            throws Refused {
        if (!waits()) {
            return putAtOnce(caller, name, added, replace);
        }
        // What is refused anyway is not worth keeping; the boxes may be others by the time it is kept.
        synchronized (shelf) {
            replaced(caller, name, added, replace);
        }
        shelf.safekeeping().keep(added);
        boolean stored = false;
        try {
            List<EntryInfo> infos = add(caller, name, added, replace);
            stored = true;
            shelf.safekeeping().settle();
            return infos;
        } finally {
            if (!stored) {
                shelf.safekeeping().release(added);
            }
        }
    }

    /// The same without waiting until somebody keeps them, for a thread that may not: who began to keep things just now is told by the
    /// note.
    List<EntryInfo> putAtOnce(Caller caller, String name, List<Entry> added, boolean replace)
            throws Refused {
        List<EntryInfo> infos = add(caller, name, added, replace);
        shelf.safekeeping().settle();
        return infos;
    }

    private List<EntryInfo> add(Caller caller, String name, List<Entry> added, boolean replace)
            throws Refused {
        int uid = caller.account().uid();
        List<Entry> replaced;
        List<EntryInfo> infos;
        synchronized (shelf) {
            replaced = replaced(caller, name, added, replace);
            if (!shelf.budget().addEntries(added.size())) {
                throw new Refused.OutOfFileDescriptors(shelf.budget().limit());
            }
            Box box = shelf.boxes().get(name);
            replaced.forEach(old -> shelf.forget(box, old));
            added.forEach(box::add);
            shelf.quotas().addEntries(uid, added.size());
            shelf.note(Change.both(Change.gone(name, replaced), Change.come(name, added)));
            shelf.note(Happening.PUT, box, added, uid);
            infos = added.stream().map(Entry::info).toList();
        }
        shelf.deliverEvents();
        shelf.letGo(replaced);
        return infos;
    }

    /// Under the lock: the box, if this caller may put into it now. Who replaces an entry drops the old one.
    Box puttable(Caller caller, String name, boolean replace) throws Refused {
        Box box = shelf.authorised(caller, name, Right.PUT);
        if (replace) {
            shelf.authorised(caller, name, Right.DROP);
        }
        box.requireOpen();
        return box;
    }

    /// Under the lock: what these entries would replace, if they may be put.
    private List<Entry> replaced(Caller caller, String name, List<Entry> added, boolean replace)
            throws Refused {
        var replaced = new ArrayList<Entry>();
        Box box = puttable(caller, name, replace);
        for (Entry entry : added) {
            Name.check(entry.name());
        }
        for (Entry entry : added) {
            Entry old = box.requireFree(entry.name(), replace);
            if (old != null) {
                replaced.add(old);
            }
        }
        PeerCredentials account = caller.account();
        int own = (int) replaced.stream().filter(old -> old.putter().uid() == account.uid()).count();
        shelf.quotas().requireRoomForEntries(account, added.size() - own);
        return replaced;
    }
}
