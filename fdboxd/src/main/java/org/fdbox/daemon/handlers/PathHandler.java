package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// Places in the file system: what was opened with O_PATH (open(2)), of every type of file, symbolic links included. Such a
/// descriptor gives no access; it says which file, and is a start for the *at() calls.
///
/// Preserved: which file it is (checked against its file system and handle, or device and inode).
///
/// Not preserved: O_DIRECTORY and O_NOFOLLOW, which had their effect when it was opened; places that have no path any more.
public final class PathHandler implements PreservingHandler {

    @Override
    public String compatible() {
        return "fdbox,path-v1";
    }

    @Override
    public String kind() {
        return "path";
    }

    @Override
    public Survival survival() {
        return Survival.REOPEN;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return (facts.flags() & OpenFlags.PATH) != 0;
    }

    /// Its file system may be on another machine.
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        return NamedInode
                .obstacle(fd, facts, putter,
                        () -> NamedInode.openPath(NamedInode.identity(fd, facts), putter))
                .map(Prospect::live)
                .orElse(Prospect.of(Survival.REOPEN));
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("path", facts.link());
        properties.put("type", facts.stat().type().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        properties.put("device", facts.stat().device().toString());
        properties.put("inode", Long.toUnsignedString(facts.stat().inode()));
        return properties;
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload) {
        return new LinkedHashMap<>(NamedInode.identity(fd, new FdFacts(fd)));
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        return NamedInode.openPath(properties.values(), restoration.putter());
    }
}
