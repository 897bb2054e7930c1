package org.fdbox.daemon.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Inventory;
import org.fdbox.daemon.box.LiveBox;
import org.fdbox.daemon.box.Safekeeping;
import org.fdbox.daemon.box.Stock;
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
    private final long managerPid;

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

    /// @param managerPid pid of the service manager
    private Survival(Mode mode, Optional<ServiceManager> manager, long managerPid, Inheritance inheritance,
            Ledger ledger, List<LiveBox> boxes, Consumer<Moment> watcher) {
        this.mode = mode;
        this.managerPid = managerPid;
        this.manager = manager;
        this.inheritance = inheritance;
        this.ledger = ledger;
        this.boxes = boxes;
        this.watcher = watcher;
        this.custody = mode == Mode.OFF
                ? Optional.empty()
                : Optional
                        .of(new Custody(manager.orElseThrow(), managerPid, inheritance.stored(), ledger, mode,
                                watcher));
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
            Mode mode = ModeChoice.of(wanted, environment, manager, inheritance, ledger);
            var survival =
                    new Survival(mode, manager, parent(), inheritance, ledger, boxes, watcher);
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

    /// The service manager is whoever started this process.
    private static long parent() {
        return ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
    }

    /// Where nothing is kept, nor is to be.
    public static Survival none(Consumer<Moment> watcher) {
        return new Survival(Mode.OFF, Optional.empty(), parent(), new Inheritance(Map.of()),
                new Ledger(List.of(), watcher), List.of(), watcher);
    }

    /// Goes on with what another process keeps, in its mode whatever the configuration says. Neither asks nor tells the service
    /// manager anything, and writes nothing, until [#begin(Inventory)]; [#close] before that leaves all as it was.
    ///
    /// @param bequest its ledgers are this object's if this returns, and the caller's else
    /// @param adopted what of it is in the boxes now
    /// @throws Unavailable if this process cannot speak with the service manager
    public static Survival succeed(Bequest bequest, Adopted adopted, Map<String, String> environment,
            Consumer<Moment> watcher) throws Unavailable {
        Inheritance inheritance = Inheritance.of(adopted);
        if (bequest.mode() == Mode.OFF) {
            return new Survival(Mode.OFF, Optional.empty(), bequest.manager(), inheritance,
                    new Ledger(List.of(), watcher), List.of(), watcher);
        }
        Optional<ServiceManager> manager = address(environment).map(ServiceManager::new);
        if (manager.isEmpty()) {
            throw new Unavailable("what the running daemon holds survives a crash (crashSurvival \""
                    + bequest.mode().word()
                    + "\"), and this process could not go on with that: it has no service"
                    + " manager (NOTIFY_SOCKET); have the running daemon start it, by 'fdbox upgrade'");
        }
        adopted.stored().leave(bequest.leaving());
        var ledger = new Ledger(bequest.files(), bequest.current(), bequest.generation(), watcher);
        return new Survival(bequest.mode(), manager, bequest.manager(), inheritance, ledger, List.of(),
                watcher);
    }

    static Optional<UnixAddress> address(Map<String, String> environment) {
        try {
            return ServiceManager.address(environment);
        } catch (IllegalArgumentException impossible) {
            return Optional.empty();
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

    /// All that another process kept is in the boxes, and its: writes the ledger anew. Before anybody is served.
    ///
    /// @throws SystemCallException if there is no memory for it; what that process wrote still counts, and nothing that happens
    ///         from now on is kept until this is called again
    public void begin(Inventory inventory) {
        custody.ifPresent(_ -> note(inventory));
        begin();
    }

    /// What survived is not wanted, since another daemon has had other boxes since: it is closed, and kept no longer. After [#begin], also
    /// where that failed.
    public void forgetSurvivors() {
        List<Entry> entries = boxes.stream().flatMap(box -> box.entries().stream()).toList();
        safekeeping().release(entries);
        entries.forEach(entry -> entry.content().descriptor().ifPresent(OwnedFd::close));
    }

    private void note(Inventory inventory) {
        try (Stock stock = inventory.look(() -> {})) {
            for (Stock.Stocked box : stock.boxes()) {
                safekeeping().note(Change.both(List.of(box.box()),
                        Change.come(box.box().box(), box.entries())));
            }
        }
    }

    // For whoever hands over to another process

    /// The name under which an entry is kept; empty if it is not.
    public Optional<String> id(Entry entry) {
        OptionalInt id = inheritance.stored().id(entry);
        return id.isPresent() ? Optional.of(Ids.name(id.getAsInt())) : Optional.empty();
    }

    /// Brings what is under way to its end, and stops. Nobody may change the boxes until [#resume] or [#leave].
    ///
    /// @param most how long that may take
    /// @return closed by the caller
    /// @throws Unavailable if the service manager did not answer in time; all goes on then
    public Bequest pause(Duration most) throws Unavailable {
        if (custody.isEmpty()) {
            return Bequest.nothing(managerPid);
        }
        return custody.get().pause(most, mode).orElseThrow(
                () -> new Unavailable(
                        "the service manager did not answer within " + most.toMillis() + " ms"));
    }

    /// Nobody goes on with it, so this does.
    public void resume() {
        custody.ifPresent(Custody::resume);
    }

    /// A successor goes on with it: once this returns, this process changes nothing of what is kept. Instead of [#close].
    public void leave() {
        if (custody.isPresent()) {
            custody.get().leave();
        } else {
            close();
        }
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
