package org.fdbox.daemon.handover;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.kexec.Place;
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
    private final String file;
    private final Optional<PreparedCopies> prepared;
    private final Save save;
    private Map<String, Object> node;
    private long holes;

    /// The save that a payload is part of.
    interface Save {
        /// The entry whose payload is the contents of this inode.
        Optional<String> sharedWith(Inode inode);

        /// Counts what is about to be written.
        ///
        /// @throws HandlerRefusal if so many bytes would be too many
        void charge(long bytes) throws HandlerRefusal;

        /// A copy that was made ahead; [#used] or [PreparedCopies#finish] ends the claim.
        Optional<PreparedCopies.Copy> claim(Inode inode);

        /// Gives up copies that were made ahead, for the room that they take; answers whether there were any.
        boolean makeRoom();

        /// Contents are looked for, or copied, from now on.
        void contentsBegin();

        /// That is over.
        void contentsEnd();

        /// There is much to look for.
        void getsOn();

        /// So many bytes were copied so far.
        void copied(long bytes);

        /// Has the disk with the payloads do what may take long.
        void undisturbed(Runnable task);

        /// Has the kernel keep memory over a kexec.
        ///
        /// @param memory stays the caller's
        /// @param holes how many bytes of it have no memory yet, and get it now
        /// @return where the next kernel will have it, if it will
        Optional<Place> keep(OwnedFd memory, long holes);

        /// A payload was made of this copy, which is still to be given back or finished.
        void used(PreparedCopies.Copy copy);

        /// This entry's payload is the contents of this inode.
        void wrote(Inode inode);
    }

    /// @param file the payload's name, as the manifest will have it
    /// @param prepared copies in the same folder, if there are any
    ContentsWriter(PayloadFolder folder, String file, Optional<PreparedCopies> prepared, Save save) {
        this.folder = folder;
        this.file = file;
        this.prepared = prepared;
        this.save = save;
    }

    /// What the manifest says of it, if anything was written.
    Optional<Map<String, Object>> node() {
        return Optional.ofNullable(node);
    }

    /// Of the contents that were written, in bytes.
    long holes() {
        return holes;
    }

    @Override
    public void contents(OwnedFd readable, long size) throws HandlerRefusal {
        Inode inode = Inode.of(Stat.of(readable));
        Optional<String> sharedWith = save.sharedWith(inode);
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
            save.wrote(inode);
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
        save.contentsBegin();
        Extents extents = Contents.dataExtents(readable, size, save::getsOn);
        save.charge(extents.bytes());
        try {
            Optional<PreparedCopies.Copy> copy = save.claim(inode);
            return copy.isPresent()
                    ? refreshed(readable, copy.get(), size, extents)
                    : copied(readable, size, extents);
        } catch (SystemCallException full) {
            boolean noRoom = full.errno() == Errno.ENOSPC || full.errno() == Errno.EDQUOT;
            if (!noRoom || !save.makeRoom()) {
                throw full;
            }
            return copied(readable, size, extents);
        }
    }

    private Snapshot copied(OwnedFd readable, long size, Extents extents) throws IOException {
        try (OwnedFd to = folder.create(file)) {
            OpenFile.truncate(to, size);
            Snapshot made = SparseCopy.copy(readable, to, extents, save::copied);
            save.undisturbed(() -> folder.makeDurable(to));
            return made;
        }
    }

    private Snapshot refreshed(OwnedFd readable, PreparedCopies.Copy copy, long size, Extents extents)
            throws IOException {
        boolean linked = false;
        try {
            Snapshot made = Preparation.refresh(folder, readable, copy, size, extents, save::copied,
                    save::undisturbed);
            if (folder.link(copy.file(), file)) {
                save.used(new PreparedCopies.Copy(copy.owner(), copy.uid(), copy.inode(), copy.file(), made));
                linked = true;
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
        save.charge(bytes.length);
        save.contentsBegin();
        try (OwnedFd to = folder.create(file)) {
            Contents.write(to, bytes, 0);
            save.undisturbed(() -> folder.makeDurable(to));
            var all = Extents.of(bytes.length == 0 ? List.of() : List.of(new Extent(0, bytes.length)),
                    bytes.length);
            node = Payload.describe(file, bytes.length, all, Contents.checksum(to, all));
        } catch (IOException | SystemCallException failed) {
            throw refusal(FileTrouble.of(failed), failed);
        }
    }
}
