package org.fdbox.daemon.handover;

import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.kexec.Place;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Extents;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;

/// Has the kernel carry over a kexec what an entry's handler saves: besides a file, or instead of one where the configuration says so.
final class KeptWriter implements PayloadWriter {

    private final ContentsWriter file;
    private final boolean withoutFiles;
    private final ContentsWriter.Save save;
    private final OwnedFd fd;
    private Optional<Map<String, Object>> node = Optional.empty();

    /// @param file for what goes to a file
    /// @param withoutFiles whether what the kernel takes is to be in no file
    /// @param fd what is saved; stays the caller's
    KeptWriter(ContentsWriter file, boolean withoutFiles, ContentsWriter.Save save, OwnedFd fd) {
        this.file = file;
        this.withoutFiles = withoutFiles;
        this.save = save;
        this.fd = fd;
    }

    /// What the manifest says of the contents; empty if there are none.
    Optional<Map<String, Object>> node() {
        return node;
    }

    @Override
    public void contents(OwnedFd readable, long size) throws HandlerRefusal {
        write(readable, size);
        save.contentsEnd();
    }

    private void write(OwnedFd readable, long size) throws HandlerRefusal {
        // Where there is a file, its writer looks.
        Stat before = withoutFiles ? Stat.settled(readable) : Stat.of(readable);
        if (save.sharedWith(Inode.of(before)).isPresent()) {
            file.contents(readable, size);
            node = file.node();
            return;
        }
        if (withoutFiles) {
            save.contentsBegin();
            Extents data = Contents.dataExtents(readable, size, save::getsOn);
            Optional<Place> place = save.keep(fd, size - data.bytes());
            if (place.isPresent()) {
                int crc = Contents.checksum(readable, data, save::copied);
                ContentsWriter.requireUnchanged(before, Stat.of(readable));
                node = Optional.of(KeptPayload.describe(Payload.describe(size, data, crc), place.get()));
                save.wrote(Inode.of(before));
                return;
            }
        }
        file.contents(readable, size);
        node = file.node();
        if (!withoutFiles) {
            save.keep(fd, file.holes())
                    .ifPresent(place -> node = node.map(saved -> KeptPayload.describe(saved, place)));
        }
    }

    @Override
    public void bytes(byte[] bytes) throws HandlerRefusal {
        file.bytes(bytes);
        node = file.node();
        save.contentsEnd();
    }
}
