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
    private final AtomicLong count;
    private final Map<Inode, Copy> copies = new HashMap<>();
    private final Map<OwnedFd, Inode> owners = new IdentityHashMap<>();
    /// Bytes of data, of copies that are here and of those that are being made.
    private final Map<Integer, Long> byUid = new HashMap<>();

    /// One copy.
    ///
    /// @param owner the descriptor of the entry for which it was made
    /// @param uid who put that
    /// @param file as [PayloadFolder] names it
    /// @param snapshot what it holds
    record Copy(OwnedFd owner, int uid, Inode inode, String file, SparseCopy.Snapshot snapshot) {}

    /// @param before names begin after this number
    PreparedCopies(PayloadFolder folder, long before) {
        this.folder = folder;
        this.count = new AtomicLong(before);
    }

    /// Counts a copy that is about to be made, until [#release], if there is room for it.
    ///
    /// @param most bytes that copies of what this user put may take
    synchronized boolean reserve(int uid, long bytes, long most) {
        boolean room = byUid.getOrDefault(uid, 0L) + bytes <= most;
        if (room) {
            count(uid, bytes);
        }
        return room;
    }

    synchronized void release(int uid, long bytes) {
        count(uid, -bytes);
    }

    private void count(Copy copy, int sign) {
        count(copy.uid(), sign * copy.snapshot().extents().bytes());
    }

    private void count(int uid, long bytes) {
        byUid.merge(uid, bytes, (before, more) -> before + more == 0 ? null : Long.valueOf(before + more));
    }

    /// A name for a new copy.
    String fresh() {
        return PayloadFolder.prepared(count.incrementAndGet());
    }

    /// Takes the copy of a file's contents out, if there is one. Its owner is remembered until [#finish] or [#forget].
    synchronized Optional<Copy> claim(Inode inode) {
        Copy copy = copies.remove(inode);
        if (copy != null) {
            count(copy, -1);
        }
        return Optional.ofNullable(copy);
    }

    /// Adds a copy, new or brought up to date. While the owner's entry is kept from leaving, which is for as long as somebody looks
    /// at it.
    void add(Copy copy) {
        Optional<Copy> other;
        synchronized (this) {
            other = claim(copy.inode());
            copies.put(copy.inode(), copy);
            owners.values().remove(copy.inode());
            owners.put(copy.owner(), copy.inode());
            count(copy, 1);
        }
        other.ifPresent(unneeded -> folder.delete(unneeded.file()));
    }

    /// Gives back a claimed copy that was not needed, unless its owner has left meanwhile.
    void giveBack(Copy copy) {
        boolean wanted;
        synchronized (this) {
            wanted = copy.inode().equals(owners.get(copy.owner())) && !copies.containsKey(copy.inode());
            if (wanted) {
                copies.put(copy.inode(), copy);
                count(copy, 1);
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
            all.forEach(copy -> claim(copy.inode()));
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
        return Optional.ofNullable(inode).flatMap(this::claim)
                .map(found -> () -> folder.delete(found.file()));
    }
}
