package org.fdbox.daemon.handover;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The payload files of a state directory: contents that a manifest names, and copies made ahead, which none names yet. Names are
/// those of the manifest, with their folder, and may be by a stranger's hand.
final class PayloadFolder {

    private static final Pattern PAYLOAD = Pattern.compile("payload/[0-9]{1,19}-[0-9]{1,9}");
    private static final Pattern PREPARED = Pattern.compile("payload/prepared-[0-9]{1,19}\\.partial");
    /// A FIFO in a payload's place would otherwise wait for a writer.
    private static final int UNFOLLOWED = OpenFlags.NONBLOCK | OpenFlags.NOFOLLOW;
    private static final Logger LOG = LoggerFactory.getLogger(PayloadFolder.class);

    private final Path root;
    private final Step.Watcher steps;

    PayloadFolder(Path root, Step.Watcher steps) {
        this.root = root;
        this.steps = steps;
    }

    Path path() {
        return root.resolve("payload");
    }

    Step.Watcher steps() {
        return steps;
    }

    static boolean isPayload(String name) {
        return PAYLOAD.matcher(name).matches();
    }

    /// The name of a copy made ahead; the next start removes it.
    static String prepared(long number) {
        return "payload/prepared-" + number + StateDirectory.PARTIAL;
    }

    /// Where a payload of this name lies.
    Path file(String name) {
        if (!isPayload(name) && !PREPARED.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is no name of a payload");
        }
        return root.resolve(name);
    }

    /// Whether there is anything of this name.
    boolean has(String name) {
        return Files.exists(file(name), LinkOption.NOFOLLOW_LINKS);
    }

    /// A new file.
    ///
    /// @return owned by the caller
    OwnedFd create(String name) throws IOException {
        Path path = file(name);
        Files.deleteIfExists(path);
        OwnedFd created = OpenFile.create(path.toString());
        steps.reached(Step.PAYLOAD_CREATED);
        return created;
    }

    /// What was written to a file survives from now on.
    void makeDurable(OwnedFd written) {
        steps.reached(Step.PAYLOAD_WRITTEN);
        OpenFile.sync(written);
        steps.reached(Step.PAYLOAD_DURABLE);
    }

    /// Gives a copy made ahead the name of a payload as well.
    ///
    /// @return false where the file system gives a file one name only
    boolean link(String prepared, String name) throws IOException {
        Path path = file(name);
        Files.deleteIfExists(path);
        try {
            Files.createLink(path, file(prepared));
            return true;
        } catch (FileSystemException | UnsupportedOperationException refused) {
            LOG.debug("{} cannot be linked to {}", name, prepared, refused);
            return false;
        }
    }

    /// Removes a file that is not needed; what cannot be removed now is removed by the next save or start.
    void delete(String name) {
        try {
            Files.deleteIfExists(file(name));
        } catch (IOException left) {
            LOG.debug("{} stays for now", name, left);
        }
    }

    /// An existing file, for reading.
    ///
    /// @return owned by the caller
    /// @throws IllegalArgumentException if it is no name of a payload, or no plain file
    /// @throws org.fdbox.sys.SystemCallException if it cannot be opened
    OwnedFd open(String name) {
        return open(name, OpenFlags.RDONLY);
    }

    /// The same for reading and writing.
    OwnedFd openToUpdate(String name) {
        return open(name, OpenFlags.RDWR);
    }

    private OwnedFd open(String name, int access) {
        try (OwnedFd file = OpenFile.open(file(name).toString(), access | UNFOLLOWED)) {
            if (Stat.of(file).type() != FileType.REGULAR) {
                throw new IllegalArgumentException(name + " is no plain file");
            }
            return file.take();
        }
    }

    /// Removes every payload that is not among these; copies made ahead stay, and so do folders with something in them, which are
    /// nobody's payload.
    void keep(Set<String> names) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path())) {
            for (Path file : files) {
                String name = "payload/" + file.getFileName();
                if (!names.contains(name) && !PREPARED.matcher(name).matches()) {
                    remove(file);
                }
            }
        }
        steps.reached(Step.PAYLOADS_SWEPT);
    }

    /// The same of what only an earlier handover needed. A failure is no more than room that is not free yet.
    void sweep(Set<String> names) {
        try {
            keep(names);
        } catch (IOException left) {
            LOG.warn("old contents stay for now: {}", FileTrouble.of(left));
        }
    }

    private static void remove(Path file) throws IOException {
        try {
            Files.delete(file);
        } catch (DirectoryNotEmptyException strange) {
            LOG.warn("{} is not ours and stays: a folder with something in it", file);
        }
    }

    /// Every payload that a manifest names.
    static Set<String> namedIn(Manifest manifest) {
        Set<String> named = namedIn(manifest.boxes());
        named.addAll(namedIn(manifest.unknown()));
        return named;
    }

    /// Every payload that a node names, wherever it does so.
    static Set<String> namedIn(Object node) {
        var names = new TreeSet<String>();
        collect(node, names);
        return names;
    }

    private static void collect(Object value, Set<String> names) {
        switch (value) {
            case String text when isPayload(text) -> names.add(text);
            case Map<?, ?> object -> object.values().forEach(member -> collect(member, names));
            case List<?> list -> list.forEach(element -> collect(element, names));
            case null, default -> {
                // Names nothing.
            }
        }
    }
}
