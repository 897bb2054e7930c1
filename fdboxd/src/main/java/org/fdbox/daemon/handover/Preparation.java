package org.fdbox.daemon.handover;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;

import org.fdbox.daemon.handover.PreparedCopies.Copy;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.sys.Contents;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SparseCopy;
import org.fdbox.sys.SparseCopy.Snapshot;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Copies the contents of entries ahead of a save: once for each inode, and the second time only what changed.
final class Preparation {

    private final PayloadFolder folder;
    private final PreparedCopies copies;
    private final LongConsumer done;
    private final Set<Inode> seen = new HashSet<>();
    private long bytesDone;

    /// @param done told how many bytes were copied or compared so far
    Preparation(PayloadFolder folder, PreparedCopies copies, LongConsumer done) {
        this.folder = folder;
        this.copies = copies;
        this.done = done;
    }

    /// What a handler copies of one entry.
    ///
    /// @param owner the entry's descriptor, kept open by the caller for as long as this is used
    PayloadWriter of(OwnedFd owner) {
        return new PayloadWriter() {
            @Override
            public void contents(OwnedFd readable, long size) throws HandlerRefusal {
                Inode inode = Inode.of(Stat.of(readable));
                if (seen.add(inode)) {
                    copy(owner, inode, readable, size);
                }
            }

            @Override
            public void bytes(byte[] bytes) {
                // So few that the save can write them.
            }
        };
    }

    private void copy(OwnedFd owner, Inode inode, OwnedFd readable, long size) throws HandlerRefusal {
        long before = bytesDone;
        LongConsumer progress = count -> done.accept(before + count);
        Copy old = copies.claim(inode).orElse(null);
        String file = old == null ? copies.fresh() : old.file();
        boolean made = false;
        try {
            Snapshot snapshot = old == null
                    ? make(file, readable, size, progress)
                    : refresh(folder, readable, old, size, progress);
            bytesDone += snapshot.extents().bytes();
            copies.add(new Copy(owner, inode, file, snapshot));
            made = true;
        } catch (IOException failed) {
            throw new HandlerRefusal("its contents cannot be copied ahead: " + FileTrouble.of(failed),
                    failed);
        } catch (SystemCallException failed) {
            throw new HandlerRefusal("its contents cannot be copied ahead: " + FileTrouble.of(failed),
                    failed);
        } finally {
            if (!made) {
                folder.delete(file);
            }
        }
    }

    private Snapshot make(String file, OwnedFd readable, long size, LongConsumer progress)
            throws IOException {
        try (OwnedFd to = folder.create(file)) {
            OpenFile.truncate(to, size);
            Snapshot made = SparseCopy.copy(readable, to, Contents.dataExtents(readable, size), progress);
            OpenFile.sync(to);
            folder.steps().reached(Step.COPY_DURABLE);
            return made;
        }
    }

    /// Makes a copy what its source is now, durably. If this throws, the copy is of no more use.
    static Snapshot refresh(
            PayloadFolder folder, OwnedFd readable, Copy copy, long size, LongConsumer progress) {
        try (OwnedFd to = folder.openToUpdate(copy.file())) {
            OpenFile.truncate(to, size);
            var extents = Contents.dataExtents(readable, size);
            Snapshot made = SparseCopy.refresh(readable, to, copy.snapshot(), extents, progress);
            OpenFile.sync(to);
            folder.steps().reached(Step.COPY_DURABLE);
            return made;
        }
    }
}
