package org.fdbox.daemon.handlers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SystemCallException;

/// Regular files with a name (open(2)).
///
/// Preserved: which file it is (checked against its file system and handle, or device and inode), access mode and status
/// flags, position.
///
/// Not preserved: the contents, which are the file system's business; locks of every kind, leases, mappings; files that are
/// deleted after the save. Those without a name are [UnlinkedFileHandler]'s.
public final class RegularFileHandler implements PreservingHandler {

    /// Where they are bind-mounted, they have names like files.
    private final NamespaceHandler namespaces = new NamespaceHandler();

    @Override
    public String compatible() {
        return "fdbox,file-v1";
    }

    @Override
    public String kind() {
        return "file";
    }

    @Override
    public Survival survival() {
        return Survival.REOPEN;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.REGULAR
                && (facts.flags() & OpenFlags.PATH) == 0
                && facts.stat().links() > 0
                && facts.link().startsWith("/")
                && !namespaces.recognises(facts)
                && !KernelObject.showsAsFile(facts)
                && facts.messageQueue().isEmpty();
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
        return NamedInode.describe(fd);
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<>(NamedInode.identity(fd, facts));
        properties.put("position", OpenFile.position(fd));
        properties.put("flags", OpenFlags.names(facts.flags()));
        return properties;
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        try {
            int flags = OpenFlags.bits(properties.strings("flags"));
            try (OwnedFd file = NamedInode.open(properties.values(), flags, restoration.putter())) {
                OpenFile.seek(file, properties.count("position"));
                return file.take();
            }
        } catch (IllegalArgumentException | SystemCallException failed) {
            throw new HandlerRefusal("it cannot be opened again: " + failed.getMessage(), failed);
        }
    }
}
