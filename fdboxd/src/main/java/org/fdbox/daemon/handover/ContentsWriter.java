package org.fdbox.daemon.handover;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Contents.Extent;
import org.fdbox.sys.Errno;
import org.fdbox.sys.Extents;
import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SparseCopy;
import org.fdbox.sys.SparseCopy.Snapshot;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Writes the payload of one entry while a save goes on, if its handler asks for one: the contents of an inode once, and by way of
/// a copy that was prepared, where there is one.
final class ContentsWriter implements PayloadWriter {

    private final PayloadFolder folder;
    private final String entry;
    private final String file;
    private final Written written;
    private final Optional<PreparedCopies> prepared;
    private final Quota quota;
    private final LongConsumer copied;
    private final List<PreparedCopies.Copy> used = new ArrayList<>();
    private Map<String, Object> node;
    private long holes;

    /// Whoever counts what is written.
    interface Quota {
        /// @throws HandlerRefusal if so many bytes would be too many
        void charge(long bytes) throws HandlerRefusal;
    }

    /// @param file the payload's name, as the manifest will have it
    /// @param prepared copies in the same folder, if there are any
    /// @param quota asked before anything is written
    /// @param copied told how many bytes were copied so far
    ContentsWriter(PayloadFolder folder, String entry, String file, Written written,
            Optional<PreparedCopies> prepared, Quota quota, LongConsumer copied) {
        this.folder = folder;
        this.entry = entry;
        this.file = file;
        this.written = written;
        this.prepared = prepared;
        this.quota = quota;
        this.copied = copied;
    }

    /// What the manifest says of it; null if nothing was written.
    Map<String, Object> node() {
        return node;
    }

    /// Of the contents that were written, in bytes.
    long holes() {
        return holes;
    }

    /// The prepared copies that this payload was made of: still to be given back or deleted.
    List<PreparedCopies.Copy> used() {
        return used;
    }

    @Override
    public void contents(OwnedFd readable, long size) throws HandlerRefusal {
        Inode inode = Inode.of(Stat.of(readable));
        Optional<String> sharedWith = written.sharedWith(inode);
        if (sharedWith.isPresent()) {
            node = Map.of(Payload.SHARED_WITH, sharedWith.get());
            return;
        }
        boolean complete = false;
        try {
            Stat before = Stat.settled(readable);
            requireSize(before, size);
            Snapshot snapshot = write(readable, inode, size);
            requireUnchanged(before, Stat.of(readable));
            node = Payload.describe(file, size, snapshot.extents(), snapshot.crc32c());
            holes = size - snapshot.extents().bytes();
            written.add(inode, entry);
            complete = true;
        } catch (IOException | SystemCallException failed) {
            throw refusal(FileTrouble.of(failed), failed);
        } finally {
            if (!complete) {
                folder.delete(file);
            }
        }
    }

    private HandlerRefusal refusal(String why, Exception cause) {
        return new HandlerRefusal("it cannot be copied to " + folder.path().resolveSibling(file) + ": " + why,
                cause);
    }

    /// Copies that were made ahead are a convenience: where they take the room that this needs, they go.
    private Snapshot write(OwnedFd readable, Inode inode, long size) throws IOException, HandlerRefusal {
        Extents extents = Contents.dataExtents(readable, size);
        quota.charge(extents.bytes());
        try {
            Optional<PreparedCopies.Copy> copy = prepared.flatMap(copies -> copies.claim(inode));
            return copy.isPresent()
                    ? refreshed(readable, copy.get(), size, extents)
                    : copied(readable, size, extents);
        } catch (SystemCallException full) {
            boolean noRoom = full.errno() == Errno.ENOSPC || full.errno() == Errno.EDQUOT;
            if (!noRoom || prepared.isEmpty() || !prepared.get().clear()) {
                throw full;
            }
            return copied(readable, size, extents);
        }
    }

    private Snapshot copied(OwnedFd readable, long size, Extents extents) throws IOException {
        try (OwnedFd to = folder.create(file)) {
            OpenFile.truncate(to, size);
            Snapshot made = SparseCopy.copy(readable, to, extents, copied);
            folder.makeDurable(to);
            return made;
        }
    }

    private Snapshot refreshed(OwnedFd readable, PreparedCopies.Copy copy, long size, Extents extents)
            throws IOException {
        boolean linked = false;
        try {
            Snapshot made = Preparation.refresh(folder, readable, copy, size, extents, copied);
            linked = folder.link(copy.file(), file);
            if (linked) {
                used.add(new PreparedCopies.Copy(copy.owner(), copy.uid(), copy.inode(), copy.file(), made));
                return made;
            }
        } finally {
            if (!linked) {
                prepared.orElseThrow().finish(copy);
            }
        }
        return copied(readable, size, extents);
    }

    /// What the handler says of a file was read before.
    private static void requireSize(Stat before, long size) throws HandlerRefusal {
        if (before.type() == FileType.REGULAR && before.size() != size) {
            throw changed();
        }
    }

    /// User space cannot lock an inode. Writes through mappings leave no trace here: docs/handover.md says so.
    static void requireUnchanged(Stat before, Stat after) throws HandlerRefusal {
        boolean same = before.size() == after.size()
                && before.modifiedNanos() == after.modifiedNanos()
                && before.changedNanos() == after.changedNanos();
        if (!same) {
            throw changed();
        }
    }

    private static HandlerRefusal changed() {
        return new HandlerRefusal(
                "somebody changed it while it was being saved; stop its writers and save again");
    }

    @Override
    public void bytes(byte[] bytes) throws HandlerRefusal {
        quota.charge(bytes.length);
        try (OwnedFd to = folder.create(file)) {
            Contents.write(to, bytes, 0);
            folder.makeDurable(to);
            var all = Extents.of(bytes.length == 0 ? List.of() : List.of(new Extent(0, bytes.length)),
                    bytes.length);
            node = Payload.describe(file, bytes.length, all, Contents.checksum(to, all));
        } catch (IOException | SystemCallException failed) {
            throw refusal(FileTrouble.of(failed), failed);
        }
    }
}
