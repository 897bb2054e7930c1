package org.fdbox.daemon.handlers;

import java.util.Optional;

import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Restoration;
import org.fdbox.sys.Errno;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Files that are saved by their contents: once for each inode, however often it was opened.
final class SharedInode {

    private static final int OWNER_MAY = 0600;

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
                OwnedFd opened = opened(inode, OpenFlags.bits(properties.strings("flags")))) {
            OpenFile.seek(opened, properties.count("position"));
            return Optional.of(opened.take());
        } catch (SystemCallException | IllegalArgumentException failed) {
            throw new HandlerRefusal("it cannot be opened again: " + failed.getMessage(), failed);
        }
    }

    /// Its mode may forbid by now what the first opening got before it had one.
    private static OwnedFd opened(OwnedFd inode, int flags) {
        try {
            return OpenFile.reopen(inode, flags);
        } catch (SystemCallException forbidden) {
            if (forbidden.errno() != Errno.EACCES) {
                throw forbidden;
            }
            int mode = Stat.of(inode).permissions();
            OpenFile.chmod(inode, mode | OWNER_MAY);
            try {
                return OpenFile.reopen(inode, flags);
            } finally {
                OpenFile.chmod(inode, mode);
            }
        }
    }
}
