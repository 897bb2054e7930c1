package org.fdbox.daemon.handover;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.fdbox.sys.Contents;
import org.fdbox.sys.FolderLock;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.ThisProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder with at most one complete handover, and the pieces of one being written. Locked for as long as it is open; nobody
/// else can read it.
public final class StateDirectory implements AutoCloseable {

    static final String PARTIAL = ".partial";

    private static final long LARGEST_MANIFEST = 256L << 20;
    /// More copies than one process makes, and pids have at most 22 bits (proc(5), pid_max).
    private static final int PID_SHIFT = 32;
    private static final Logger LOG = LoggerFactory.getLogger(StateDirectory.class);

    private final Path root;
    private final FolderLock lock;
    private final Step.Watcher steps;
    private final PayloadFolder payloads;
    private final PreparedCopies copies;

    /// A folder that cannot be used, with the reason and what to do.
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    /// @param copiesBefore copies made ahead get names that begin after this number
    private StateDirectory(Path root, FolderLock lock, Step.Watcher steps, long copiesBefore) {
        this.root = root;
        this.lock = lock;
        this.steps = steps;
        this.payloads = new PayloadFolder(root, steps);
        this.copies = new PreparedCopies(payloads, copiesBefore);
    }

    /// Makes the folder where there is none, and locks it. What a manifest there needs is not touched.
    ///
    /// @param steps told of each step by which it changes
    /// @throws Unusable if another daemon has it, somebody else owns it or may look into it, or it cannot be made
    public static StateDirectory open(Path root, Step.Watcher steps) throws Unusable {
        try {
            Files.createDirectories(root,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            requirePrivate(root);
            FolderLock lock = FolderLock.tryTake(lockOf(root))
                    .orElseThrow(() -> new Unusable(
                            "another fdboxd uses the state directory " + root
                                    + "; give this one another --state-dir"));
            return prepared(new StateDirectory(root, lock, steps, 0));
        } catch (IOException | SystemCallException failed) {
            throw unusable(root, failed);
        }
    }

    private static Unusable unusable(Path root, Exception failed) {
        return new Unusable("the state directory " + root + " cannot be used: " + FileTrouble.of(failed)
                + "; make it readable and writable for uid " + ThisProcess.uid() + " alone");
    }

    private static String lockOf(Path root) {
        return root.resolve("lock").toString();
    }

    /// Shares the folder with a running daemon that hands over. Until that one has let go of it for good, nothing in it may be
    /// changed here: not even [#removePartials].
    ///
    /// @param lock as that daemon's [#lock] says; belongs to this from now on, also where this throws
    /// @throws Unusable if that is not the lock of this folder, somebody else owns it or may look into it, or it cannot be read
    public static StateDirectory adopt(Path root, OwnedFd lock, Step.Watcher steps) throws Unusable {
        try (lock) {
            requirePrivate(root);
            FolderLock adopted = FolderLock.adopt(lockOf(root), lock)
                    .orElseThrow(
                            () -> new Unusable("the running daemon's lock is not that of the state directory "
                                    + root + "; start this one with its --state-dir"));
            // That daemon may still be closing entries when it is over here, and remove their copies by name.
            long copiesBefore = ProcessHandle.current().pid() << PID_SHIFT;
            return prepared(new StateDirectory(root, adopted, steps, copiesBefore));
        } catch (IOException | SystemCallException failed) {
            throw unusable(root, failed);
        }
    }

    /// What a successor [adopts][#adopt]; stays this object's.
    public OwnedFd lock() {
        return lock.descriptor();
    }

    private static void requirePrivate(Path root) throws IOException, Unusable {
        int owner = (Integer) Files.getAttribute(root, "unix:uid");
        Set<PosixFilePermission> others = Files.getPosixFilePermissions(root);
        others.removeAll(PosixFilePermissions.fromString("rwx------"));
        if (owner != ThisProcess.uid() || !others.isEmpty()) {
            throw new Unusable("the state directory " + root + " belongs to uid " + owner
                    + " or is open to others; it must be uid " + ThisProcess.uid() + "'s alone (mode 0700)");
        }
    }

    private static StateDirectory prepared(StateDirectory directory) throws IOException {
        try {
            directory.prepare();
            return directory;
        } catch (IOException | RuntimeException failed) {
            directory.close();
            throw failed;
        }
    }

    private void prepare() throws IOException {
        Files.createDirectories(payloads.path());
        Files.createDirectories(finished());
    }

    /// Removes what an interrupted save left. To be called once it is known that the manifest is of a format that this version
    /// reads: another's is left alone, with all that lies beside it.
    public void removePartials() throws IOException {
        for (Path folder : Set.of(root, payloads.path())) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + PARTIAL)) {
                for (Path partial : left) {
                    Files.deleteIfExists(partial);
                }
            }
        }
    }

    public Path root() {
        return root;
    }

    Path manifest() {
        return root.resolve("handover.json");
    }

    Step.Watcher steps() {
        return steps;
    }

    PayloadFolder payloads() {
        return payloads;
    }

    private Path finished() {
        return root.resolve("finished");
    }

    /// Copies of contents that were made ahead of a save.
    public PreparedCopies copies() {
        return copies;
    }

    /// The manifest's bytes, if there is one.
    Optional<byte[]> readManifest() throws IOException {
        try {
            requireReadable(Files.size(manifest()));
            return Optional.of(Files.readAllBytes(manifest()));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    private void requireReadable(long bytes) throws IOException {
        if (bytes > LARGEST_MANIFEST) {
            throw new IOException(manifest() + " has " + bytes + " bytes, and " + LARGEST_MANIFEST
                    + " are the most that can be read: hold fewer entries, or move the file away and lose what it holds");
        }
    }

    /// Puts a manifest into its place. When this returns, it is durable, and so is all that was written before.
    ///
    /// @param moved told once the manifest is in its place: what it names must stay, whatever fails after that
    void publish(byte[] manifest, Runnable moved) throws IOException {
        requireReadable(manifest.length);
        Path partial = root.resolve("handover.json" + PARTIAL);
        Files.deleteIfExists(partial);
        try (OwnedFd file = OpenFile.create(partial.toString())) {
            Contents.write(file, manifest, 0);
            steps.reached(Step.MANIFEST_WRITTEN);
            OpenFile.sync(file);
        } catch (SystemCallException failed) {
            throw new IOException("the manifest " + partial + " cannot be written: " + failed.getMessage(),
                    failed);
        }
        sync(payloads.path());
        steps.reached(Step.MANIFEST_DURABLE);
        try (OwnedFd folder = OpenFile.open(root.toString(), OpenFlags.RDONLY | OpenFlags.DIRECTORY)) {
            Files.move(partial, manifest(), StandardCopyOption.ATOMIC_MOVE);
            moved.run();
            steps.reached(Step.MANIFEST_MOVED);
            syncMoved(folder);
            steps.reached(Step.HANDOVER_DURABLE);
        }
    }

    /// From the move on, the new handover is the one that the next start finds, whatever becomes of this.
    private static void syncMoved(OwnedFd folder) {
        try {
            OpenFile.sync(folder);
        } catch (SystemCallException failed) {
            LOG.error("the new handover is in its place, and a power loss may still undo that: {}",
                    failed.getMessage());
        }
    }

    /// Makes markers durable, all or none.
    void mark(Iterable<String> markers) throws IOException {
        var made = new ArrayList<Path>();
        try {
            for (String marker : markers) {
                Path path = finished().resolve(marker);
                if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createFile(path);
                    made.add(path);
                    steps.reached(Step.MARK_MADE);
                }
            }
            sync(finished());
            steps.reached(Step.MARKS_DURABLE);
        } catch (IOException | SystemCallException failed) {
            for (Path path : made) {
                Files.deleteIfExists(path);
            }
            throw failed;
        }
    }

    Set<String> marks() throws IOException {
        var names = new HashSet<String>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(finished())) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        return names;
    }

    void keepMarks(Set<String> names) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(finished())) {
            for (Path file : files) {
                if (!names.contains(file.getFileName().toString())) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void sync(Path folder) {
        try (OwnedFd opened = OpenFile.open(folder.toString(), OpenFlags.RDONLY | OpenFlags.DIRECTORY)) {
            OpenFile.sync(opened);
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
