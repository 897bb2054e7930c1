package org.fdbox.daemon.handover;

import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.kexec.Outgoing;
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
    private final Outgoing outgoing;
    private final Written written;
    private final String box;
    private final String entry;
    private final OwnedFd fd;
    private Map<String, Object> node;

    /// @param file for what goes to a file
    /// @param fd what is saved; stays the caller's
    KeptWriter(ContentsWriter file, Outgoing outgoing, Written written, String box, String entry,
            OwnedFd fd) {
        this.file = file;
        this.outgoing = outgoing;
        this.written = written;
        this.box = box;
        this.entry = entry;
        this.fd = fd;
    }

    /// What the manifest says of the contents; empty if there are none.
    Optional<Map<String, Object>> node() {
        return Optional.ofNullable(node);
    }

    @Override
    public void contents(OwnedFd readable, long size) throws HandlerRefusal {
        // Where there is a file, its writer looks.
        Stat before = outgoing.isWithoutFiles() ? Stat.settled(readable) : Stat.of(readable);
        if (written.sharedWith(Inode.of(before)).isPresent()) {
            outgoing.shares(box);
            file.contents(readable, size);
            node = file.node();
            return;
        }
        if (outgoing.isWithoutFiles()) {
            Extents data = Contents.dataExtents(readable, size);
            Optional<Place> place = outgoing.preserve(box, entry, fd, size - data.bytes());
            if (place.isPresent()) {
                int crc = Contents.checksum(readable, data);
                ContentsWriter.requireUnchanged(before, Stat.of(readable));
                node = KeptPayload.describe(Payload.describe(size, data, crc), place.get());
                written.add(Inode.of(before), entry);
                return;
            }
        }
        file.contents(readable, size);
        node = file.node();
        if (!outgoing.isWithoutFiles()) {
            outgoing.preserve(box, entry, fd, file.holes())
                    .ifPresent(place -> node = KeptPayload.describe(node, place));
        }
    }

    @Override
    public void bytes(byte[] bytes) throws HandlerRefusal {
        file.bytes(bytes);
        node = file.node();
    }
}
