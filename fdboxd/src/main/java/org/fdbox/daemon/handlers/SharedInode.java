package org.fdbox.daemon.handlers;

import java.util.Optional;

import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Restoration;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;

/// Files that are saved by their contents: once for each inode, however often it was opened.
final class SharedInode {

    private SharedInode() {}

    /// Hands the contents to a payload.
    static void save(OwnedFd fd, PayloadWriter payload, long size) throws HandlerRefusal {
        try (OwnedFd reader = OpenFile.reopen(fd, OpenFlags.RDONLY)) {
            payload.contents(reader, size);
        } catch (SystemCallException failed) {
            throw new HandlerRefusal("its contents cannot be saved: " + failed.getMessage(), failed);
        }
    }

    /// Another opening of an inode that was made again for another entry, if this one shares it.
    ///
    /// @return with its own flags and position; owned by the caller
    static Optional<OwnedFd> again(Properties properties, Restoration restoration) throws HandlerRefusal {
        OwnedFd shared = restoration.sameInode().orElse(null);
        if (shared == null) {
            return Optional.empty();
        }
        try (OwnedFd inode = shared;
                OwnedFd opened = OpenFile.reopen(inode, OpenFlags.bits(properties.strings("flags")))) {
            OpenFile.seek(opened, properties.count("position"));
            return Optional.of(opened.take());
        } catch (SystemCallException | IllegalArgumentException failed) {
            throw new HandlerRefusal("it cannot be opened again: " + failed.getMessage(), failed);
        }
    }
}
