package org.fdbox.daemon.service;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.fdbox.daemon.box.LiveBox;
import org.fdbox.daemon.box.Safekeeping;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether and how the boxes survive a crash of this daemon, and what survived that of the last one. Made before anything is
/// recovered; [#begin] ends the recovery.
public final class Survival implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Survival.class);
    /// What systemd calls descriptors that were stored without a name.
    private static final String NAMELESS = "stored";

    private final Mode mode;
    private final Optional<ServiceManager> manager;
    private final Optional<Custody> custody;
    private final Ledger ledger;
    private final List<LiveBox> boxes;
    private final Inheritance inheritance;
    private final Consumer<Moment> watcher;

    /// What was asked for cannot be had; the message says what to do.
    public static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1L;

        Unavailable(String message) {
            super(message);
        }
    }

    /// Whether a descriptor with such a name comes from the store, and not from a socket unit.
    public static boolean isStored(String name) {
        return Ids.isOurs(name) || name.equals(NAMELESS);
    }

    private Survival(Mode mode, Optional<ServiceManager> manager, Inheritance inheritance, Ledger ledger,
            List<LiveBox> boxes, Consumer<Moment> watcher) {
        this.mode = mode;
        this.manager = manager;
        this.inheritance = inheritance;
        this.ledger = ledger;
        this.boxes = boxes;
        this.watcher = watcher;
        this.custody = mode == Mode.OFF
                ? Optional.empty()
                : Optional
                        .of(new Custody(manager.orElseThrow(), inheritance.stored(), ledger, mode, watcher));
    }

    /// Takes back what survived, and finds out what can be had from now on.
    ///
    /// @param wanted empty: SAFE where systemd has a store for this service, else OFF
    /// @param passed what came back from the store, by name; belongs to this, also where this throws
    /// @throws Unavailable if SAFE is wanted and there is no store
    /// @throws Malformed if what survived was written by another version; it stays in the store
    public static Survival open(Optional<Mode> wanted, Map<String, String> environment,
            Map<String, OwnedFd> passed, Consumer<Moment> watcher) throws Unavailable, Malformed {
        var inheritance = new Inheritance(passed);
        Ledger ledger = null;
        Optional<ServiceManager> manager = Optional.empty();
        boolean opened = false;
        try {
            ledger = new Ledger(inheritance.ledgerFiles(), watcher);
            List<LiveBox> boxes = inheritance.boxes(ledger.read());
            Set<String> unclaimed = inheritance.closeUnclaimed();
            watcher.accept(Moment.TAKEN_BACK);
            manager = address(environment).map(ServiceManager::new);
            Optional<ServiceManager> there = manager;
            unclaimed.forEach(name -> there.ifPresent(one -> one.remove(name)));
            Mode mode = decide(wanted, environment, manager, inheritance, ledger);
            var survival = new Survival(mode, manager, inheritance, ledger, boxes, watcher);
            opened = true;
            return survival;
        } finally {
            if (!opened) {
                inheritance.close();
                Optional.ofNullable(ledger).ifPresent(Ledger::close);
                manager.ifPresent(ServiceManager::close);
            }
        }
    }

    static Optional<UnixAddress> address(Map<String, String> environment) {
        try {
            return ServiceManager.address(environment);
        } catch (IllegalArgumentException impossible) {
            return Optional.empty();
        }
    }

    private static Mode decide(Optional<Mode> wanted, Map<String, String> environment,
            Optional<ServiceManager> manager, Inheritance inheritance, Ledger ledger) throws Unavailable {
        boolean back = !inheritance.ledgers().isEmpty();
        Mode mode = wanted.orElse(back || isStoreLikely(environment) ? Mode.SAFE : Mode.OFF);
        if (mode == Mode.OFF) {
            return mode;
        }
        Optional<String> missing = manager.isEmpty()
                ? Optional.of("there is no service manager (NOTIFY_SOCKET)")
                : missing(manager.get(), inheritance.ledgers(), ledger);
        if (missing.isEmpty()) {
            return mode;
        }
        if (wanted.isPresent() && mode == Mode.SAFE) {
            throw new Unavailable("crashSurvival is \"safe\", and " + missing.get());
        }
        if (wanted.isPresent()) {
            LOG.warn("nothing survives a crash: {}", missing.get());
        }
        return Mode.OFF;
    }

    /// systemd 254 and later say so. Earlier ones say only that they started this process, and are asked.
    private static boolean isStoreLikely(Map<String, String> environment) {
        return environment.containsKey("FDSTORE")
                ? hasStore(environment)
                : Long.toString(ProcessHandle.current().pid()).equals(environment.get("SYSTEMD_EXEC_PID"));
    }

    static boolean hasStore(Map<String, String> environment) {
        return environment.getOrDefault("FDSTORE", "").matches("[1-9][0-9]*");
    }

    /// Has the ledgers stored that are not; says why not, if that cannot be done.
    private static Optional<String> missing(ServiceManager manager, Set<String> there, Ledger ledger) {
        try {
            List<OwnedFd> memfds = ledger.memfds();
            for (int i = 0; i < memfds.size(); i++) {
                if (!there.contains(Ids.LEDGERS.get(i))) {
                    manager.store(Ids.LEDGERS.get(i), memfds.get(i));
                }
            }
            if (there.size() == memfds.size() || Keeper.hasRoom(manager)) {
                return Optional.empty();
            }
            Ids.LEDGERS.forEach(manager::remove);
            return Optional.of("the service manager has no store for this service, or too small a one: set"
                    + " FileDescriptorStoreMax= to 3 more than there are to be entries");
        } catch (SystemCallException | Keeper.Unheard unheard) {
            return Optional.of(unheard.getMessage());
        }
    }

    public Mode mode() {
        return mode;
    }

    /// What survived. Its entries own their descriptors.
    public List<LiveBox> boxes() {
        return boxes;
    }

    /// How many descriptors that is.
    public int count() {
        return inheritance.count();
    }

    public Safekeeping safekeeping() {
        return custody.<Safekeeping>map(keeper -> keeper).orElse(Safekeeping.NONE);
    }

    /// Everything is recovered, and noted by [#safekeeping]; where nothing is to be kept, what was is let go of.
    public void begin() {
        if (custody.isPresent()) {
            custody.get().begin();
            return;
        }
        try {
            manager.ifPresent(there -> inheritance.names().forEach(there::remove));
        } catch (SystemCallException unheard) {
            LOG.warn("the service manager was not told to let go of what it has: {}", unheard.getMessage());
        }
        watcher.accept(Moment.REMOVED);
    }

    /// What is kept goes on being kept.
    @Override
    public void close() {
        if (custody.isPresent()) {
            custody.get().close();
        } else {
            ledger.close();
            manager.ifPresent(ServiceManager::close);
        }
    }
}
