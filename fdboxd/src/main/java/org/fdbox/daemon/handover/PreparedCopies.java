package org.fdbox.daemon.handover;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SparseCopy;

/// Copies of contents that were made ahead of a save. Whoever works with one has it alone, and gives it back or not. A copy goes
/// when its entry leaves its box, so that nothing of it stays on the disk.
///
/// A copy is never trusted: a save compares all of it with what it was made from.
public final class PreparedCopies {

    private final PayloadFolder folder;
    private final AtomicLong count = new AtomicLong();
    private final Map<Inode, Copy> copies = new HashMap<>();
    private final Map<OwnedFd, Inode> owners = new IdentityHashMap<>();

    /// One copy.
    ///
    /// @param owner the descriptor of the entry for which it was made
    /// @param file as [PayloadFolder] names it
    /// @param snapshot what it holds
    record Copy(OwnedFd owner, Inode inode, String file, SparseCopy.Snapshot snapshot) {}

    PreparedCopies(PayloadFolder folder) {
        this.folder = folder;
    }

    /// A name for a new copy.
    String fresh() {
        return PayloadFolder.prepared(count.incrementAndGet());
    }

    /// Takes the copy of a file's contents out, if there is one. Its owner is remembered until [#finish] or [#forget].
    synchronized Optional<Copy> claim(Inode inode) {
        return Optional.ofNullable(copies.remove(inode));
    }

    /// Adds a copy, new or brought up to date. While the owner's entry is kept from leaving, which is for as long as somebody looks
    /// at it.
    void add(Copy copy) {
        Copy other;
        synchronized (this) {
            other = copies.put(copy.inode(), copy);
            owners.values().remove(copy.inode());
            owners.put(copy.owner(), copy.inode());
        }
        if (other != null) {
            folder.delete(other.file());
        }
    }

    /// Gives back a claimed copy that was not needed, unless its owner has left meanwhile.
    void giveBack(Copy copy) {
        boolean wanted;
        synchronized (this) {
            wanted = copy.inode().equals(owners.get(copy.owner())) && !copies.containsKey(copy.inode());
            if (wanted) {
                copies.put(copy.inode(), copy);
            }
        }
        if (!wanted) {
            folder.delete(copy.file());
        }
    }

    /// A claimed copy has become a payload, which has its own name for the file.
    void finish(Copy copy) {
        synchronized (this) {
            owners.remove(copy.owner(), copy.inode());
        }
        folder.delete(copy.file());
    }

    /// Removes all copies that nobody works with; answers whether there were any.
    boolean clear() {
        List<Copy> all;
        synchronized (this) {
            all = List.copyOf(copies.values());
            copies.clear();
            all.forEach(copy -> owners.remove(copy.owner()));
        }
        all.forEach(copy -> folder.delete(copy.file()));
        return !all.isEmpty();
    }

    /// An entry's descriptor is about to be closed.
    ///
    /// @return what is left to do, if anything: it waits for the disk
    public synchronized Optional<Runnable> forget(OwnedFd owner) {
        Inode inode = owners.remove(owner);
        Copy copy = inode == null ? null : copies.remove(inode);
        return Optional.ofNullable(copy).map(found -> () -> folder.delete(found.file()));
    }
}
