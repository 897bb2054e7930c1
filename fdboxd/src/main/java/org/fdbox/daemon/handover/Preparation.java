package org.fdbox.daemon.handover;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

import org.fdbox.daemon.handover.PreparedCopies.Copy;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.protocol.Refused;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Extents;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SparseCopy;
import org.fdbox.sys.SparseCopy.Snapshot;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Copies the contents of entries ahead of a save: once for each inode, and the second time only what changed.
final class Preparation {

    private final PayloadFolder folder;
    private final PreparedCopies copies;
    private final PolicyInForce policy;
    private final LongConsumer done;
    private final Set<Inode> seen = new HashSet<>();
    private long bytesDone;
    private Refused.QuotaExceeded exceeded;

    /// @param done told how many bytes were copied or compared so far
    Preparation(PayloadFolder folder, PreparedCopies copies, PolicyInForce policy, LongConsumer done) {
        this.folder = folder;
        this.copies = copies;
        this.policy = policy;
        this.done = done;
    }

    /// What a handler copies of one entry.
    ///
    /// @param owner the entry's descriptor, kept open by the caller for as long as this is used
    /// @param putter for whom a copy counts
    PayloadWriter of(OwnedFd owner, PeerCredentials putter) {
        return new PayloadWriter() {
            @Override
            public void contents(OwnedFd readable, long size) throws HandlerRefusal {
                Inode inode = Inode.of(Stat.of(readable));
                if (seen.add(inode)) {
                    copy(owner, putter, inode, readable, size);
                }
            }

            @Override
            public void bytes(byte[] bytes) {
                // So few that the save can write them.
            }
        };
    }

    /// Why the last entry could not be copied, if it was for its putter's quota.
    Optional<Refused.QuotaExceeded> exceeded() {
        return Optional.ofNullable(exceeded);
    }

    private void copy(OwnedFd owner, PeerCredentials putter, Inode inode, OwnedFd readable, long size)
            throws HandlerRefusal {
        long before = bytesDone;
        LongConsumer progress = count -> done.accept(before + count);
        Copy old = copies.claim(inode).orElse(null);
        String file = old == null ? copies.fresh() : old.file();
        long reserved = 0;
        boolean made = false;
        try {
            Extents extents = Contents.dataExtents(readable, size);
            reserve(putter, extents.bytes());
            reserved = extents.bytes();
            Snapshot snapshot = old == null
                    ? make(file, readable, size, extents, progress)
                    : refresh(folder, readable, old, size, extents, progress, Runnable::run);
            bytesDone += reserved;
            copies.add(new Copy(owner, putter.uid(), inode, file, snapshot));
            made = true;
        } catch (IOException | SystemCallException failed) {
            throw new HandlerRefusal("its contents cannot be copied ahead: " + FileTrouble.of(failed),
                    failed);
        } finally {
            copies.release(putter.uid(), reserved);
            if (!made) {
                folder.delete(file);
            }
        }
    }

    private void reserve(PeerCredentials putter, long bytes) throws HandlerRefusal {
        long most = policy.limitsFor(putter).payloadBytes();
        if (!copies.reserve(putter.uid(), bytes, most)) {
            exceeded = new Refused.QuotaExceeded("payloadBytes", most);
            throw new HandlerRefusal("its copy would be too much for its putter's quota");
        }
    }

    private Snapshot make(String file, OwnedFd readable, long size, Extents extents, LongConsumer progress)
            throws IOException {
        try (OwnedFd to = folder.create(file)) {
            OpenFile.truncate(to, size);
            Snapshot made = SparseCopy.copy(readable, to, extents, progress);
            OpenFile.sync(to);
            folder.steps().reached(Step.COPY_DURABLE);
            return made;
        }
    }

    /// Makes a copy what its source is now, durably. If this throws, the copy is of no more use.
    ///
    /// @param extents where the source has data
    /// @param disk runs what may take the disk long
    static Snapshot refresh(PayloadFolder folder, OwnedFd readable, Copy copy, long size, Extents extents,
            LongConsumer progress, Consumer<Runnable> disk) {
        try (OwnedFd to = folder.openToUpdate(copy.file())) {
            OpenFile.truncate(to, size);
            Snapshot made = SparseCopy.refresh(readable, to, copy.snapshot(), extents, progress);
            disk.accept(() -> OpenFile.sync(to));
            folder.steps().reached(Step.COPY_DURABLE);
            return made;
        }
    }
}
