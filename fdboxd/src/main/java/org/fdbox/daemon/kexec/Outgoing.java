package org.fdbox.daemon.kexec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.fdbox.sys.Errno;
import org.fdbox.sys.LiveUpdate;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sessions of one save: those of the save before it, with what is in them, and new ones for what is not. Filled by one thread.
public final class Outgoing implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);

    /// Nothing that anybody need be told of.
    private static final Set<Integer> ABSENT =
            Set.of(Errno.ENOENT, Errno.ENODEV, Errno.EACCES, Errno.EPERM);

    private final Optional<LiveUpdate> luo;
    private final String name;
    private final boolean withoutFiles;
    private final LongSupplier memory;
    private final Optional<Outgoing> before;
    private final List<Session> sessions = new ArrayList<>();
    private final Map<OwnedFd, Kept.File> places = new IdentityHashMap<>();
    private final Set<String> boxes = new HashSet<>();
    private boolean unavailable;
    /// How much holes may still take; -1 until somebody asks.
    private long room = -1;
    private long preserved;
    private int inLast;

    record Session(String name, OwnedFd fd) {}

    private Outgoing(Optional<LiveUpdate> luo, String name, boolean withoutFiles, LongSupplier memory,
            Optional<Outgoing> before) {
        this.luo = luo;
        this.name = name;
        this.withoutFiles = withoutFiles;
        this.memory = memory;
        this.before = before;
    }

    /// @param name what its sessions begin with, unlike any other
    /// @param withoutFiles whether what is preserved is to be in no file
    /// @param memory how many bytes of memory holes may take when they are filled
    /// @param before what is preserved already, and stays so
    static Outgoing after(Outgoing before, LiveUpdate luo, String name, boolean withoutFiles,
            LongSupplier memory) {
        return new Outgoing(Optional.of(luo), name, withoutFiles, memory, Optional.of(before));
    }

    /// Where nothing goes that way.
    public static Outgoing none() {
        return new Outgoing(Optional.empty(), "", false, () -> 0, Optional.empty());
    }

    /// Whether what the kernel takes is to be in no file.
    public boolean isWithoutFiles() {
        return withoutFiles;
    }

    /// Has the kernel preserve a file, if it is memory and there is no reason against it; the log tells of those that there are.
    ///
    /// @param file stays the caller's
    /// @param holes how many bytes of it have no memory yet, and get it now
    /// @return where the next kernel will have it
    public Optional<Place> preserve(String box, String entry, OwnedFd file, long holes) {
        if (luo.isEmpty()) {
            return Optional.empty();
        }
        Kept.File already = before.map(earlier -> earlier.places.get(file)).orElse(null);
        if (already != null) {
            note(file, already);
            return Optional.of(already.place());
        }
        if (unavailable || !isMemory(file)) {
            return Optional.empty();
        }
        if (room < 0) {
            room = memory.getAsLong();
        }
        if (holes > room) {
            LOG.info(
                    "box={} entry={} goes over a kexec in its file alone: filling its holes would take {} bytes",
                    box, entry, holes);
            return Optional.empty();
        }
        try {
            Optional<Place> place = preserved(file);
            place.ifPresent(where -> {
                room -= holes;
                note(file, new Kept.File(box, entry, where));
            });
            return place;
        } catch (SystemCallException refused) {
            LOG.warn("box={} entry={} goes over a kexec in its file alone: {}", box, entry,
                    refused.getMessage());
            return Optional.empty();
        }
    }

    private void note(OwnedFd file, Kept.File kept) {
        boxes.add(kept.box());
        places.put(file, kept);
    }

    /// Another box has a file that is in a session already.
    public void shares(String box) {
        boxes.add(box);
    }

    /// Only such files have seals.
    private static boolean isMemory(OwnedFd file) {
        try {
            Memfd.seals(file);
            return true;
        } catch (SystemCallException none) {
            return false;
        }
    }

    /// In the last session, or in a new one once that is full.
    private Optional<Place> preserved(OwnedFd file) {
        if (sessions.isEmpty() && !begin()) {
            return Optional.empty();
        }
        try {
            return preserved(sessions.getLast(), file);
        } catch (SystemCallException full) {
            if (full.errno() != Errno.ENOSPC || inLast == 0) {
                throw full;
            }
            return begin() ? preserved(sessions.getLast(), file) : Optional.empty();
        }
    }

    private Optional<Place> preserved(Session session, OwnedFd file) {
        try {
            LiveUpdate.preserve(session.fd, file, preserved);
            inLast++;
            return Optional.of(new Place(session.name, preserved++));
        } catch (SystemCallException refused) {
            if (refused.errno() != Errno.ENOENT) {
                throw refused;
            }
            LOG.debug("the kernel does not preserve files as {}", file);
            return Optional.empty();
        }
    }

    /// A new session. Where there can be none, this save asks no more.
    private boolean begin() {
        try (OwnedFd device = luo.orElseThrow().open()) {
            String next = name + "-" + sessions.size();
            sessions.add(new Session(next, LiveUpdate.create(device, next)));
            inLast = 0;
            return true;
        } catch (SystemCallException refused) {
            unavailable = true;
            if (ABSENT.contains(refused.errno())) {
                LOG.debug("the kernel carries nothing over a kexec for this user");
            } else {
                LOG.warn("the rest of this save goes over a kexec in files alone: {}", refused.getMessage());
            }
            return false;
        }
    }

    boolean has(String box) {
        return boxes.contains(box);
    }

    /// How many files are preserved.
    int count() {
        return places.size();
    }

    List<Session> sessions() {
        return sessions;
    }

    /// What it began from.
    Outgoing before() {
        return before.orElseThrow();
    }

    /// All its sessions, also those of the save before it, in an object of their own; closing this one does nothing from now on.
    Outgoing taken() {
        Outgoing all = none();
        before.ifPresent(earlier -> {
            all.sessions.addAll(earlier.sessions);
            all.places.putAll(earlier.places);
            all.boxes.addAll(earlier.boxes);
        });
        all.sessions.addAll(sessions);
        all.places.putAll(places);
        all.boxes.addAll(boxes);
        sessions.clear();
        all.closeEmpty();
        return all;
    }

    /// For a successor.
    Kept kept(boolean owesFiles) {
        return new Kept(sessions.stream().map(Session::name).toList(),
                sessions.stream().map(Session::fd).toList(), List.copyOf(places.values()), Set.copyOf(boxes),
                owesFiles);
    }

    /// What another process kept.
    ///
    /// @param kept its descriptors belong to this from now on
    static Outgoing of(Kept kept, Kept.Holdings holdings) {
        Outgoing all = none();
        for (int i = 0; i < kept.sessions().size(); i++) {
            all.sessions.add(new Session(kept.sessions().get(i), kept.descriptors().get(i)));
        }
        for (Kept.File file : kept.files()) {
            OwnedFd held = holdings.descriptor(file.box(), file.entry());
            if (held != null) {
                all.places.put(held, file);
            }
        }
        all.boxes.addAll(kept.boxes());
        return all;
    }

    /// The next kernel would keep a session that no manifest names until another comes.
    private void closeEmpty() {
        Set<String> used =
                places.values().stream().map(file -> file.place().session()).collect(Collectors.toSet());
        sessions.stream().filter(session -> !used.contains(session.name))
                .forEach(session -> session.fd.close());
        sessions.removeIf(session -> !used.contains(session.name));
    }

    /// Nothing is preserved any more but for what was before it.
    @Override
    public void close() {
        sessions.forEach(session -> session.fd.close());
        sessions.clear();
    }
}
