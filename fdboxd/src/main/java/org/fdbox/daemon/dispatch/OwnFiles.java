package org.fdbox.daemon.dispatch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pidfd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.Stat;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// What belongs to the daemon itself and must not be held by it: it would hold both ends of a connection to itself, which then
/// never ends, nor do its leases; be kept by its own box after its end; or hold what it is about to remove. For all loops.
public final class OwnFiles {

    /// Few: compared by their text, which needs nothing made at run time as a record's hash does.
    private final Set<String> addresses;
    private final Path stateDirectory;
    /// Its file system: nothing else is asked for its path, which costs a system call. On overlayfs, files may show another
    /// device than their folder.
    private final Set<Long> devices;
    private final Stat mountNamespace = Namespace.ownMounts();
    /// The inodes of both ends of each handle. Sockets have one file system for all, so a number names one.
    private final Map<BoxHandle, Set<Long>> ends = new ConcurrentHashMap<>();
    private final Set<Long> handles = ConcurrentHashMap.newKeySet();

    /// @param addresses that the daemon listens at
    /// @param stateDirectory without links; its lock is there already
    /// @throws IOException if it cannot be listed
    public OwnFiles(List<UnixAddress> addresses, Path stateDirectory) throws IOException {
        this.addresses = addresses.stream().map(UnixAddress::text).collect(Collectors.toSet());
        this.stateDirectory = stateDirectory;
        this.devices = devices(stateDirectory);
    }

    private static Set<Long> devices(Path folder) throws IOException {
        var devices = new HashSet<>(Set.of(device(folder)));
        try (Stream<Path> members = Files.list(folder)) {
            members.forEach(member -> devices.add(device(member)));
        }
        return Set.copyOf(devices);
    }

    private static long device(Path path) {
        try (OwnedFd fd = OpenFile.open(path.toString(), OpenFlags.PATH)) {
            return Stat.of(fd).device().number();
        }
    }

    /// One of ours.
    ///
    /// @param kind for people
    /// @param reason why it is refused
    record Ours(String kind, String reason) {}

    /// A handle was opened.
    ///
    /// @param pair its two ends; stays the caller's
    public void add(BoxHandle handle, UnixSocket.Pair pair) {
        add(handle, Set.of(Stat.of(pair.one()).inode(), Stat.of(pair.other()).inode()));
    }

    /// A handle was opened, here or in the process before this one.
    ///
    /// @param both the inodes of its two ends
    public void add(BoxHandle handle, Set<Long> both) {
        ends.put(handle, both);
        handles.addAll(both);
    }

    /// The inodes of a handle's two ends.
    public Set<Long> ends(BoxHandle handle) {
        return ends.getOrDefault(handle, Set.of());
    }

    /// It has ended.
    void forget(BoxHandle handle) {
        Set<Long> both = ends.remove(handle);
        if (both != null) {
            handles.removeAll(both);
        }
    }

    /// Which one of ours a descriptor is, if it is one.
    ///
    /// @param fd stays the caller's
    Optional<Ours> recognise(OwnedFd fd, FdFacts facts) {
        if (Pidfd.isOne(facts) && Pidfd.isOurs(fd)) {
            return Optional.of(new Ours("pidfd", "it stands for the daemon itself"));
        }
        return switch (facts.stat().type()) {
            case SOCKET -> socket(facts);
            case REGULAR, DIRECTORY -> file(facts);
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SYMBOLIC_LINK, ANONYMOUS -> Optional.empty();
        };
    }

    private Optional<Ours> socket(FdFacts facts) {
        // Not the socket itself, but a name of it.
        if ((facts.flags() & OpenFlags.PATH) != 0) {
            return Optional.empty();
        }
        if (handles.contains(facts.stat().inode())) {
            return Optional.of(new Ours("box-handle", "it is a handle to a box of this daemon"));
        }
        SocketFacts end = facts.socket();
        boolean ours = end.address().map(UnixAddress::text).filter(addresses::contains).isPresent()
                || end.peerAddress().map(UnixAddress::text).filter(addresses::contains).isPresent();
        return ours
                ? Optional.of(new Ours("socket", "it is a connection or a socket of the daemon itself"))
                : Optional.empty();
    }

    private boolean isInside(String path) {
        return path.equals(stateDirectory.toString()) || path.startsWith(stateDirectory + "/");
    }

    private Optional<Ours> file(FdFacts facts) {
        if (facts.stat().sameInode(mountNamespace)) {
            return Optional.of(new Ours("namespace", "it is the mount namespace of the daemon itself"));
        }
        boolean inside = devices.contains(facts.stat().device().number()) && isInside(facts.link());
        return inside
                ? Optional.of(new Ours(facts.stat().type() == FileType.DIRECTORY ? "directory" : "file",
                        "it belongs to the daemon's state directory"))
                : Optional.empty();
    }
}
