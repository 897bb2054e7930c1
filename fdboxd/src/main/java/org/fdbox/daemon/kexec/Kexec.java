package org.fdbox.daemon.kexec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.fdbox.sys.LiveUpdate;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the kernel carries over a kexec for the handover: the sessions of the last one, and those for the next. Safe for use by
/// several threads.
public final class Kexec implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Kexec.class);
    private static final Path MEMORY = Path.of("/proc/meminfo");
    /// Of what is available: the machine has to go on until the kexec.
    private static final int SHARE = 4;

    private final Use use;
    private final Optional<LiveUpdate> luo;
    private final Holder holder;
    private final LongSupplier memory;
    private final Map<String, OwnedFd> inherited;
    /// The sessions of the complete handover; empty once anything of it is finished with.
    private final AtomicReference<Outgoing> kept = new AtomicReference<>(Outgoing.none());
    private final AtomicBoolean onlyOne = new AtomicBoolean();
    private volatile Phase phase = Phase.LIVING;

    private enum Phase {
        LIVING, ENDING_HELD, ENDING
    }

    /// @param luo not used where that is off
    /// @param holder who gets the sessions at the end; what it gave back belongs to this
    public Kexec(Use use, LiveUpdate luo, Holder holder) {
        this(use, luo, holder, Kexec::availableMemory);
    }

    /// @param memory how many bytes holes may take when they are filled
    Kexec(Use use, LiveUpdate luo, Holder holder, LongSupplier memory) {
        this.use = use;
        this.luo = use == Use.OFF ? Optional.empty() : Optional.of(luo);
        this.holder = holder;
        this.memory = memory;
        this.inherited = new LinkedHashMap<>(holder.sessions());
    }

    /// What the last kernel left, to be closed once everything is recovered. Asked for once.
    ///
    /// @param named the sessions that the manifest names
    public Incoming incoming(Set<String> named) {
        var given = new LinkedHashMap<>(inherited);
        inherited.clear();
        return new Incoming(luo, given, named, onlyOne);
    }

    /// A save begins. What is preserved stays so, and what is not yet can be.
    ///
    /// @return closed by the caller; [#keep] makes that harmless
    public Outgoing begin() {
        if (luo.isEmpty() || phase == Phase.ENDING) {
            return Outgoing.none();
        }
        boolean withoutFiles = use == Use.ONLY && phase == Phase.LIVING && !owesFiles();
        return Outgoing.after(kept.get(), luo.get(), "fdbox-" + UUID.randomUUID(), withoutFiles, memory);
    }

    /// The manifest that names these sessions is in its place: they stay open.
    ///
    /// @param filled empty afterwards
    public void keep(Outgoing filled) {
        if (luo.isEmpty() || phase == Phase.ENDING) {
            return;
        }
        Outgoing all = filled.taken();
        if (kept.compareAndSet(filled.before(), all)) {
            onlyOne.set(false);
            if (all.count() > 0) {
                LOG.info("files that the kernel carries over a kexec: {}", all.count());
            }
        } else {
            all.close();
        }
    }

    /// For a successor, while nobody saves and nothing is finished with. Its descriptors stay this object's.
    public Kept kept() {
        return kept.get().kept(owesFiles());
    }

    /// Goes on keeping what another process kept, which may end then. Where this one uses no sessions, files have to do.
    ///
    /// @param theirs its descriptors belong to this from now on
    /// @param holdings what that process held is this one's now
    public void succeed(Kept theirs, Kept.Holdings holdings) {
        Outgoing all = Outgoing.of(theirs, holdings);
        boolean used = luo.isPresent();
        onlyOne.set(theirs.owesFiles() || !used && !theirs.sessions().isEmpty());
        if (used) {
            kept.set(all);
        } else {
            all.close();
        }
    }

    /// Whoever had sessions has died, and they with it: what was to be in no file has to be in one now.
    public void bereave() {
        onlyOne.set(use == Use.ONLY);
    }

    /// Whether something was recovered that is in no file, nor has been saved since.
    public boolean owesFiles() {
        return onlyOne.get();
    }

    /// A box is about to be unsealed or deleted: what it has in a session must be as any other file again.
    public void letGo(String box) {
        Outgoing now = kept.get();
        if (now.has(box) && kept.compareAndSet(now, Outgoing.none())) {
            now.close();
            LOG.info(
                    "box={} is finished with, so the kernel carries nothing over a kexec until the next save",
                    box);
        }
    }

    /// This process ends after the next save: that preserves nothing, if nobody would hold the sessions.
    ///
    /// @param needed whether nobody else carries the files over
    public void end(boolean needed) {
        phase = needed && holder.isThere() ? Phase.ENDING_HELD : Phase.ENDING;
    }

    /// The holder gets the sessions, if this is the end; else nothing is preserved any more.
    @Override
    public void close() {
        inherited.values().forEach(OwnedFd::close);
        inherited.clear();
        try (Outgoing last = kept.getAndSet(Outgoing.none())) {
            if (phase == Phase.ENDING_HELD) {
                last.sessions().forEach(session -> holder.hold(session.name(), session.fd()));
            }
        } catch (SystemCallException unheard) {
            LOG.warn("a kexec will find contents in files alone: {}", unheard.getMessage());
        }
    }

    /// In bytes, as far as holes may have it; 0 if that cannot be told.
    private static long availableMemory() {
        try {
            return Files.readAllLines(MEMORY).stream()
                    .filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / SHARE)
                    .findFirst().orElse(0);
        } catch (IOException | NumberFormatException unreadable) {
            return 0;
        }
    }
}
