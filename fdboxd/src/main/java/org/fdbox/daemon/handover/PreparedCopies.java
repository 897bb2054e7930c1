package org.fdbox.daemon.handover;

import java.util.HashMap;
import java.util.IdentityHashMap;
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
    /// Bytes of data, of copies that are here and of those that are being made.
    private final Map<Integer, Long> byUid = new HashMap<>();

    /// One copy.
    ///
    /// @param owner the descriptor of the entry for which it was made
    /// @param uid who put that
    /// @param file as [PayloadFolder] names it
    /// @param snapshot what it holds
    record Copy(OwnedFd owner, int uid, Inode inode, String file, SparseCopy.Snapshot snapshot) {}

    PreparedCopies(PayloadFolder folder) {
        this.folder = folder;
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

    private void count(int uid, long bytes) {
        byUid.merge(uid, bytes, (before, more) -> before + more == 0 ? null : Long.valueOf(before + more));
    }

    /// A name for a new copy.
    String fresh() {
        return PayloadFolder.prepared(count.incrementAndGet());
    }

    /// Takes the copy of a file's contents out, if there is one.
    synchronized Optional<Copy> claim(Inode inode) {
        Copy copy = copies.remove(inode);
        if (copy != null) {
            owners.remove(copy.owner());
            count(copy.uid(), -copy.snapshot().extents().bytes());
        }
        return Optional.ofNullable(copy);
    }

    /// While the owner's entry is kept from leaving, which is for as long as somebody looks at it.
    void give(Copy copy) {
        Optional<Copy> other;
        synchronized (this) {
            other = claim(copy.inode());
            copies.put(copy.inode(), copy);
            owners.put(copy.owner(), copy.inode());
            count(copy.uid(), copy.snapshot().extents().bytes());
        }
        other.ifPresent(this::delete);
    }

    void delete(Copy copy) {
        folder.delete(copy.file());
    }

    /// An entry's descriptor is about to be closed.
    ///
    /// @return what is left to do, if anything: it waits for the disk
    public Optional<Runnable> forget(OwnedFd owner) {
        Copy copy;
        synchronized (this) {
            Inode inode = owners.get(owner);
            copy = inode == null ? null : claim(inode).orElse(null);
        }
        return Optional.ofNullable(copy).map(found -> () -> delete(found));
    }
}
