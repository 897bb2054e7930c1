package org.fdbox.daemon.handover;

import java.util.Optional;
import java.util.function.LongConsumer;
import org.fdbox.daemon.kexec.Place;
import org.fdbox.sys.OwnedFd;

/// A save of one payload alone.
record LonePayload(LongConsumer told) implements ContentsWriter.Save {

    @Override
    public Optional<String> sharedWith(Inode inode) {
        return Optional.empty();
    }

    @Override
    public void charge(long bytes) {}

    @Override
    public Optional<PreparedCopies.Copy> claim(Inode inode) {
        return Optional.empty();
    }

    @Override
    public boolean makeRoom() {
        return false;
    }

    @Override
    public void contentsEnd() {}

    @Override
    public void getsOn() {}

    @Override
    public void contentsBegin() {}

    @Override
    public void copied(long bytes) {
        told.accept(bytes);
    }

    @Override
    public void undisturbed(Runnable task) {
        task.run();
    }

    @Override
    public Optional<Place> keep(OwnedFd memory, long holes) {
        return Optional.empty();
    }

    @Override
    public void used(PreparedCopies.Copy copy) {
        throw new AssertionError("there is none");
    }

    @Override
    public void wrote(Inode inode) {}
}
