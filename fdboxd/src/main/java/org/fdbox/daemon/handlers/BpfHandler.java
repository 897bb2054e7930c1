package org.fdbox.daemon.handlers;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Restoration;
import org.fdbox.spi.Survival;
import org.fdbox.sys.Bpf;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FdInfo;
import org.fdbox.sys.FileIdentity;
import org.fdbox.sys.FileType;
import org.fdbox.sys.Mounts;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SystemCallException;

/// Maps, programs and links of BPF (bpf(2)). One that is pinned in a mounted file system of type "bpf" lives on there until the next
/// boot, and is opened again from its pin.
///
/// Preserved: which object it is (checked by the kernel's id of it), access mode and status flags.
///
/// Not preserved: an object without a pin that the putter may open.
public final class BpfHandler implements PreservingHandler {

    /// By the name that the kernel gives the inode; a link's has changed.
    private static final Map<String, String> KINDS = Map.of(
            "anon_inode:bpf-map", "map", "anon_inode:bpf-prog", "prog",
            "anon_inode:bpf-link", "link", "anon_inode:bpf_link", "link");

    private static final int MOST_PINS = 10_000;
    private static final int DEEPEST = 20;

    @Override
    public String compatible() {
        return "fdbox,bpf-v1";
    }

    @Override
    public String kind() {
        return "bpf";
    }

    @Override
    public Survival survival() {
        return Survival.REOPEN;
    }

    @Override
    public boolean recognises(FdFacts facts) {
        return facts.stat().type() == FileType.ANONYMOUS
                && KINDS.containsKey(facts.link())
                && (facts.flags() & OpenFlags.PATH) == 0;
    }

    /// Looks through whole file systems for the pin.
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public Prospect examine(OwnedFd fd, FdFacts facts, PeerCredentials putter) {
        try {
            pin(fd, facts, putter);
            return Prospect.of(Survival.REOPEN);
        } catch (HandlerRefusal unpinned) {
            return Prospect.live(unpinned.getMessage());
        }
    }

    @Override
    public Map<String, Object> describe(OwnedFd fd) {
        var facts = new FdFacts(fd);
        var properties = new LinkedHashMap<String, Object>();
        String object = KINDS.get(facts.link());
        properties.put("object", object);
        properties.put("id", FdInfo.of(fd).get(object + "_id"));
        properties.put("flags", OpenFlags.names(facts.flags()));
        return properties;
    }

    @Override
    public Map<String, Object> preserve(OwnedFd fd, PeerCredentials putter, PayloadWriter payload)
            throws HandlerRefusal {
        Map<String, Object> properties = describe(fd);
        properties.put("pin", pin(fd, new FdFacts(fd), putter).toString());
        properties.put("bootId", Namespace.bootId());
        return properties;
    }

    @Override
    public OwnedFd restore(Properties properties, Restoration restoration) throws HandlerRefusal {
        String pin = properties.string("pin");
        String id = properties.string("id");
        if (!properties.string("bootId").equals(Namespace.bootId())) {
            throw new HandlerRefusal("the machine was started anew, which ended the object and its pin");
        }
        try {
            int flags = OpenFlags.bits(properties.strings("flags"));
            try (OwnedFd opened = open(pin, flags, restoration.putter())) {
                if (!isSame(opened, properties.string("object"), id)) {
                    throw new HandlerRefusal("another object is now pinned at " + pin);
                }
                OpenFile.setStatusFlags(opened, flags);
                return opened.take();
            }
        } catch (SystemCallException | IllegalArgumentException failed) {
            throw new HandlerRefusal("it cannot be opened again: " + failed.getMessage(), failed);
        }
    }

    private static boolean isSame(OwnedFd opened, String object, String id) {
        String found = KINDS.get(new FdFacts(opened).link());
        return object.equals(found) && FdInfo.of(opened).get(found + "_id").equals(id);
    }

    private static OwnedFd open(String pin, int flags, PeerCredentials putter) throws HandlerRefusal {
        if (!FileIdentity.canAssume(putter.uid())) {
            throw new HandlerRefusal(
                    "the daemon runs without the rights to open pins as uid " + putter.uid());
        }
        try {
            return FileIdentity.as(putter.uid(), putter.gid(), putter.groups(), () -> Bpf.open(pin, flags));
        } catch (Exception failed) {
            throw new HandlerRefusal("uid " + putter.uid() + " cannot open its pin: " + failed.getMessage(),
                    failed);
        }
    }

    /// Where it is pinned.
    private static Path pin(OwnedFd fd, FdFacts facts, PeerCredentials putter) throws HandlerRefusal {
        String object = KINDS.get(facts.link());
        String id = FdInfo.of(fd).get(object + "_id");
        Predicate<Path> isPin = path -> {
            try (OwnedFd opened = open(path.toString(), facts.flags(), putter)) {
                return isSame(opened, object, id);
            } catch (HandlerRefusal | SystemCallException anotherOrForbidden) {
                return false;
            }
        };
        for (Mounts.Mount mount : Mounts.now()) {
            if (mount.type().equals("bpf")) {
                Optional<Path> pin = find(Path.of(mount.path()), isPin);
                if (pin.isPresent()) {
                    return pin.get();
                }
            }
        }
        throw new HandlerRefusal("no pin of " + object + " " + id + " was found that uid " + putter.uid()
                + " may open");
    }

    private static Optional<Path> find(Path mounted, Predicate<Path> isPin) {
        var search = new Search(isPin);
        try {
            Files.walkFileTree(mounted, Set.<FileVisitOption>of(), DEEPEST, search);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
        return Optional.ofNullable(search.found);
    }

    /// Goes through a file system until it has found the pin, or seen too many.
    private static final class Search extends SimpleFileVisitor<Path> {

        private final Predicate<Path> isPin;
        private int seen;
        private Path found;

        Search(Predicate<Path> isPin) {
            this.isPin = isPin;
        }

        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && isPin.test(path)) {
                found = path;
            }
            return found != null || ++seen >= MOST_PINS
                    ? FileVisitResult.TERMINATE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path path, IOException unreadable) {
            return FileVisitResult.CONTINUE;
        }
    }
}
