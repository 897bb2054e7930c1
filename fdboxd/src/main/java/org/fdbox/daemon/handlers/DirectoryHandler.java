package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// Directories (open(2), O_DIRECTORY).
///
/// Preserved: which directory it is (checked against its file system and handle, or device and inode).
///
/// Not preserved: how far it was read (the position means something to its file system alone); locks, watches.
public final class DirectoryHandler implements PreservingHandler {

    @Override
    public String compatible() {
        return "fdbox,directory-v1";
    }

    @Override
    public String kind() {
        return "directory";
    }

    @Override
    public Survival survival() {
        return Survival.REOPEN;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.DIRECTORY && (facts.flags() & OpenFlags.PATH) == 0;
    }

    /// Its file system may be on another machine.
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        return NamedInode.obstacle(fd, facts, putter).map(Prospect::live)
                .orElse(Prospect.of(Survival.REOPEN));
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        Map<String, Object> properties = NamedInode.describe(fd);
        properties.keySet().retainAll(Set.of("path", "device", "inode"));
        return properties;
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload) {
        return new LinkedHashMap<>(NamedInode.identity(fd, new FdFacts(fd)));
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        return NamedInode.open(
                properties.values(), OpenFlags.RDONLY | OpenFlags.DIRECTORY, restoration.putter());
    }
}
