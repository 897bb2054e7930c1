package org.fdbox.daemon.handover;

import java.util.Optional;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.kexec.Place;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.OwnedFd;

/// What the writer of one entry's payload uses of its save, for as long as somebody waits for the handler.
///
/// @param all belongs to one thread at a time, and is used under the attempt's lock
/// @param served whether a server has the entry's contents, which may not answer
/// @param before how many bytes of other entries were copied
record WaitedSave(Attempt<?> attempt, SaveWide all, String box, Entry entry, boolean served, long before)
        implements ContentsWriter.Save {

    @Override
    public Optional<String> sharedWith(Inode inode) {
        synchronized (attempt) {
            attempt.requireWanted();
            Optional<String> with = all.written().sharedWith(inode);
            if (with.isPresent()) {
                all.outgoing().shares(box);
            }
            return with;
        }
    }

    @Override
    public void charge(long bytes) throws HandlerRefusal {
        synchronized (attempt) {
            attempt.requireWanted();
            all.quota().charge(entry.putter(), bytes);
        }
    }

    @Override
    public Optional<PreparedCopies.Copy> claim(Inode inode) {
        synchronized (attempt) {
            attempt.requireWanted();
            return all.prepared().flatMap(copies -> copies.claim(inode));
        }
    }

    @Override
    public boolean makeRoom() {
        return attempt.undisturbed(() -> all.prepared().isPresent() && all.prepared().get().clear());
    }

    @Override
    public void contentsBegin() {
        attempt.contentsBegin(served);
    }

    @Override
    public void getsOn() {
        attempt.getsOn();
    }

    @Override
    public void contentsEnd() {
        attempt.gotOn();
    }

    @Override
    public void copied(long bytes) {
        attempt.copied(before + bytes);
    }

    @Override
    public void undisturbed(Runnable task) {
        attempt.undisturbed(task);
    }

    @Override
    public Optional<Place> keep(OwnedFd memory, long holes) {
        return attempt.undisturbed(() -> all.outgoing().preserve(box, entry.name(), memory, holes));
    }

    @Override
    public void used(PreparedCopies.Copy copy) {
        synchronized (attempt) {
            attempt.requireWanted();
            all.used().add(copy);
        }
    }

    @Override
    public void wrote(Inode inode) {
        synchronized (attempt) {
            attempt.requireWanted();
            all.written().add(inode, entry.name());
        }
    }
}
