package demo;

import java.util.Map;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;

/// Memory files, where the daemon's own handler is switched off.
public final class NoteHandler implements PreservingHandler {

    @Override
    public String compatible() {
        return "demo,note-v1";
    }

    @Override
    public String kind() {
        return "note";
    }

    @Override
    public Survival survival() {
        return Survival.CONTENTS;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.link().startsWith("/memfd:");
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        return Map.of("size", Stat.of(fd).size());
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        try (OwnedFd reader = OpenFile.reopen(fd, OpenFlags.RDONLY)) {
            payload.contents(reader, Stat.of(reader).size());
        }
        return Map.of("paper", "yellow");
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        try (OwnedFd note = Memfd.create(properties.string("paper"))) {
            restoration.payload().into(note);
            return note.take();
        }
    }
}
