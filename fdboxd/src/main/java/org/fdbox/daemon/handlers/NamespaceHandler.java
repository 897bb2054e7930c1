package org.fdbox.daemon.handlers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileIdentity;
import org.fdbox.sys.FileType;
import org.fdbox.sys.Mounts;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;

/// Namespaces (namespaces(7)), which such a descriptor keeps alive. Without one, a namespace lives on where it is bind-mounted, or
/// while a process is in it; there it is found again until the next boot.
///
/// Preserved: which namespace it is (checked against device and inode, and the handle where the kernel gives one).
///
/// Not preserved: a namespace that nothing else keeps alive.
public final class NamespaceHandler implements PreservingHandler {

    private static final Pattern NAME = Pattern.compile("(cgroup|ipc|mnt|net|pid|time|user|uts):\\[\\d+]");

    /// All of them live on one internal file system. The link does not tell: of one that was opened where it is bind-mounted, it is
    /// that path.
    private final Stat.Device home;

    public NamespaceHandler() {
        try (OwnedFd sample = OpenFile.open("/proc/self/ns/mnt", OpenFlags.RDONLY)) {
            home = Stat.of(sample).device();
        }
    }

    @Override
    public String compatible() {
        return "fdbox,namespace-v1";
    }

    @Override
    public String kind() {
        return "namespace";
    }

    @Override
    public Survival survival() {
        return Survival.REOPEN;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.REGULAR
                && (facts.flags() & OpenFlags.PATH) == 0
                && facts.stat().device().equals(home);
    }

    /// Looking for another way to it goes through paths of others.
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        try (OwnedFd _ = find(Namespace.name(fd), NamedInode.identity(fd, facts), putter)) {
            return Prospect.of(Survival.REOPEN);
        } catch (HandlerRefusal nowhere) {
            return Prospect.live(nowhere.getMessage());
        }
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("namespace", Namespace.name(fd));
        properties.put("device", facts.stat().device().toString());
        properties.put("inode", Long.toUnsignedString(facts.stat().inode()));
        return properties;
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload) {
        Map<String, Object> properties = describe(fd);
        properties.putAll(NamedInode.identity(fd, new FdFacts(fd)));
        properties.put("bootId", Namespace.bootId());
        return properties;
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        String name = properties.string("namespace");
        if (!NAME.matcher(name).matches()) {
            throw new HandlerRefusal("the saved property \"namespace\" is malformed");
        }
        if (!properties.string("bootId").equals(Namespace.bootId())) {
            throw new HandlerRefusal("the machine was started anew, which ended namespace " + name);
        }
        return find(name, properties.values(), restoration.putter());
    }

    private static OwnedFd find(String name, Map<String, Object> identity, PeerCredentials putter)
            throws HandlerRefusal {
        if (!FileIdentity.canAssume(putter.uid())) {
            throw new HandlerRefusal(
                    "the daemon runs without the rights to open namespaces as uid " + putter.uid());
        }
        return mounted(name, identity, putter).or(() -> inhabited(name, identity, putter))
                .orElseThrow(() -> new HandlerRefusal("no mount that uid " + putter.uid()
                        + " can open shows " + name + ", and no process of that user is in it"));
    }

    private static Optional<OwnedFd> mounted(String name, Map<String, Object> identity,
            PeerCredentials putter) {
        for (Mounts.Mount mount : Mounts.now()) {
            if (mount.type().equals("nsfs") && mount.root().equals(name)) {
                var there = new HashMap<>(identity);
                there.put("path", mount.path());
                try {
                    return Optional.of(NamedInode.open(there, OpenFlags.RDONLY, putter));
                } catch (HandlerRefusal hiddenOrAnother) {
                    // Perhaps the next one.
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<OwnedFd> inhabited(String name, Map<String, Object> identity,
            PeerCredentials putter) {
        String link = "ns/" + name.substring(0, name.indexOf(':'));
        for (Path process : processes()) {
            if (name.equals(target(process.resolve(link)))) {
                Optional<OwnedFd> namespace = of(process, link, identity, putter);
                if (namespace.isPresent()) {
                    return namespace;
                }
            }
        }
        return Optional.empty();
    }

    private static List<Path> processes() {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(path -> path.getFileName().toString().matches("\\d+")).toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException endedOrForbidden) {
            return "";
        }
    }

    /// By its folder, which stays this process's however its number is used later. The capability to look into foreign processes
    /// is not off on the thread that opens files as the putter, so the process must be the putter's own.
    private static Optional<OwnedFd> of(Path process, String link, Map<String, Object> identity,
            PeerCredentials putter) {
        try (OwnedFd folder = OpenFile.open(process.toString(), OpenFlags.PATH | OpenFlags.DIRECTORY)) {
            if (putter.uid() != 0 && Stat.of(folder).uid() != putter.uid()) {
                return Optional.empty();
            }
            String path = OpenFile.place(folder) + "/" + link;
            try (OwnedFd namespace = OpenFile.open(path, OpenFlags.RDONLY)) {
                NamedInode.requireSame(identity, namespace);
                return Optional.of(namespace.take());
            }
        } catch (SystemCallException | HandlerRefusal endedOrAnother) {
            return Optional.empty();
        }
    }
}
