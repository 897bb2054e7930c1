package org.fdbox.daemon.handover;

import java.util.Optional;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadReader;
import org.fdbox.spi.Restoration;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// What an entry shares with others of its recovery, for as long as somebody waits for its handler.
final class WaitedRestoration implements Restoration {

    private final Attempt<OwnedFd> attempt;
    private final EntryRestoration restoration;

    /// @param restoration belongs to one thread at a time, and is used under the attempt's lock
    WaitedRestoration(Attempt<OwnedFd> attempt, EntryRestoration restoration) {
        this.attempt = attempt;
        this.restoration = restoration;
    }

    @Override
    public PeerCredentials putter() {
        return restoration.putter();
    }

    @Override
    public PayloadReader payload() throws HandlerRefusal {
        return new Reader(restoration.payload());
    }

    @Override
    public Optional<OwnedFd> sameInode() {
        synchronized (attempt) {
            attempt.requireWanted();
            return restoration.sameInode();
        }
    }

    @Override
    public void madeInode(OwnedFd fd) {
        synchronized (attempt) {
            attempt.requireWanted();
            restoration.madeInode(fd);
        }
    }

    @Override
    public void leave(String key, OwnedFd fd) {
        synchronized (attempt) {
            if (attempt.isWanted()) {
                restoration.leave(key, fd);
                return;
            }
        }
        fd.close();
    }

    @Override
    public Optional<OwnedFd> claim(String key) {
        synchronized (attempt) {
            attempt.requireWanted();
            return restoration.claim(key);
        }
    }

    private final class Reader implements PayloadReader {
        private final SavedContents contents;

        Reader(SavedContents contents) {
            this.contents = contents;
        }

        @Override
        public long size() {
            return contents.size();
        }

        @Override
        public void into(OwnedFd writable) throws HandlerRefusal {
            attempt.contentsBegin(true);
            contents.into(writable, attempt::copied);
            attempt.gotOn();
        }

        @Override
        public byte[] bytes(int most) throws HandlerRefusal {
            attempt.contentsBegin(true);
            byte[] bytes = contents.bytes(most);
            attempt.gotOn();
            return bytes;
        }
    }
}
