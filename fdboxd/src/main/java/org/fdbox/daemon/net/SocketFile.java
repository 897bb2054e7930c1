package org.fdbox.daemon.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.fdbox.sys.Errno;
import org.fdbox.sys.FileType;
import org.fdbox.sys.FolderLock;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// The listening socket that clients connect to. It is made under another name, gets its mode and group, listens, and is then
/// moved into its place, so nobody ever meets a socket that is open to the wrong people or refuses them.
public final class SocketFile implements AutoCloseable {

    private static final int BACKLOG = 4096;

    private final OwnedFd listener;
    private final Optional<Path> path;
    private final Optional<FolderLock> lock;

    /// An address that cannot be used, with the reason and what to do.
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    private SocketFile(OwnedFd listener, Optional<Path> path, Optional<FolderLock> lock) {
        this.listener = listener;
        this.path = path;
        this.lock = lock;
    }

    /// Starts to listen.
    ///
    /// @param group who may connect besides the daemon's user; empty: nobody else
    /// @throws Unusable if another daemon serves there, or the address cannot be used
    public static SocketFile open(UnixAddress address, Optional<String> group) throws Unusable {
        try {
            if (address.isAbstract()) {
                OwnedFd listener = UnixSocket.listen(address, SocketFacts.STREAM, BACKLOG);
                return new SocketFile(nonBlocking(listener), Optional.empty(), Optional.empty());
            }
            return atPath(Path.of(address.text()).toAbsolutePath(), group);
        } catch (SystemCallException | IOException | IllegalArgumentException failed) {
            throw new Unusable("cannot listen at " + address + ": " + failed.getMessage());
        }
    }

    private static SocketFile atPath(Path path, Optional<String> group) throws IOException, Unusable {
        makeFolder(path.getParent());
        FolderLock lock = FolderLock.tryTake(lockOf(path)).orElseThrow(() -> inUse(path));
        try {
            return new SocketFile(made(path, group), Optional.of(path), Optional.of(lock));
        } catch (IOException | Unusable | RuntimeException failed) {
            lock.close();
            throw failed;
        }
    }

    private static OwnedFd made(Path path, Optional<String> group) throws IOException, Unusable {
        requireNobody(path);
        Path made = path.resolveSibling("." + path.getFileName() + "." + ProcessHandle.current().pid());
        Files.deleteIfExists(made);
        try (OwnedFd socket = UnixSocket.bind(new UnixAddress(made.toString()), SocketFacts.STREAM)) {
            setAccess(made, group);
            UnixSocket.listen(socket, BACKLOG);
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
            return nonBlocking(socket.take());
        } finally {
            Files.deleteIfExists(made);
        }
    }

    /// Whatever the umask; parents that are there stay as they are.
    private static void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    /// A socket file may be left over from a daemon that was killed; one that answers is somebody's.
    private static void requireNobody(Path path) throws Unusable {
        try (OwnedFd found = OpenFile.open(path.toString(), OpenFlags.PATH | OpenFlags.NOFOLLOW)) {
            if (Stat.of(found).type() != FileType.SOCKET) {
                throw new Unusable(
                        path + " is there and is no socket; remove it, or choose another --socket");
            }
        } catch (SystemCallException absent) {
            if (absent.errno() == Errno.ENOENT) {
                return;
            }
            throw absent;
        }
        if (UnixSocket.isServed(new UnixAddress(path.toString()), SocketFacts.STREAM)) {
            throw inUse(path);
        }
    }

    private static Unusable inUse(Path path) {
        return new Unusable("another daemon serves at " + path + "; stop it, or choose another --socket");
    }

    private static void setAccess(Path path, Optional<String> group) throws IOException {
        var view = Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (group.isPresent()) {
            GroupPrincipal principal =
                    path.getFileSystem().getUserPrincipalLookupService()
                            .lookupPrincipalByGroupName(group.get());
            view.setGroup(principal);
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
    }

    /// Takes over a listening socket that the parent opened.
    ///
    /// @param number its descriptor
    /// @throws Unusable if it is not a listening Unix stream socket
    public static SocketFile inherited(int number) throws Unusable {
        try (OwnedFd passed = OwnedFd.adopt(number);
                OwnedFd socket = passed.dup()) {
            requireListening(socket, number);
            return new SocketFile(nonBlocking(socket.take()), Optional.empty(), Optional.empty());
        }
    }

    private static void requireListening(OwnedFd socket, int number) throws Unusable {
        try {
            SocketFacts facts = SocketFacts.of(socket);
            if (facts.domain() != SocketFacts.UNIX || facts.type() != SocketFacts.STREAM
                    || !facts.accepting()) {
                throw new Unusable("descriptor " + number
                        + " was passed to be served and is no listening Unix stream socket");
            }
        } catch (SystemCallException bad) {
            throw new Unusable("descriptor " + number + " was passed to be served and is no socket: "
                    + bad.getMessage());
        }
    }

    /// Takes over what a running daemon listens on, which goes on listening until it [leaves][#leave].
    ///
    /// @param path as that daemon's [#path] says
    /// @param lock as its [#lock] says
    /// @return has both descriptors from now on
    /// @throws Unusable if that is no listening Unix stream socket, or not the lock of this path; both are the caller's still
    public static SocketFile adopt(OwnedFd listener, Optional<Path> path, Optional<OwnedFd> lock)
            throws Unusable {
        requireListening(listener, listener.number());
        Optional<FolderLock> adopted = Optional.empty();
        if (path.isPresent()) {
            adopted = Optional.of(adopted(path.get(), lock.orElseThrow(() -> notTheLock(path.get()))));
        }
        return new SocketFile(nonBlocking(listener.take()), path, adopted);
    }

    private static FolderLock adopted(Path path, OwnedFd lock) throws Unusable {
        try {
            return FolderLock.adopt(lockOf(path), lock).orElseThrow(() -> notTheLock(path));
        } catch (SystemCallException gone) {
            throw new Unusable("cannot take over " + path + ": " + gone.getMessage());
        }
    }

    private static Unusable notTheLock(Path path) {
        return new Unusable("cannot take over " + path + ": what came with it is not its lock " + lockOf(path)
                + "; was that file removed?");
    }

    private static String lockOf(Path path) {
        return path + ".lock";
    }

    private static OwnedFd nonBlocking(OwnedFd socket) {
        OpenFile.setStatusFlags(socket, OpenFlags.NONBLOCK);
        return socket;
    }

    /// The socket; stays this object's.
    public OwnedFd listener() {
        return listener;
    }

    /// Where it is, if this daemon or the one before it made it there.
    public Optional<Path> path() {
        return path;
    }

    /// The descriptor of the lock of [#path]; stays this object's.
    public Optional<OwnedFd> lock() {
        return lock.map(FolderLock::descriptor);
    }

    /// Lets go of it for a successor that listens there: the path stays. Either this or [#close].
    public void leave() {
        listener.close();
        lock.ifPresent(FolderLock::close);
    }

    /// Takes the path away, if this daemon made it, and stops listening.
    @Override
    public void close() {
        try {
            if (path.isPresent()) {
                Files.deleteIfExists(path.get());
            }
        } catch (IOException left) {
            // The next daemon finds nobody there and takes its place.
        }
        leave();
    }
}
