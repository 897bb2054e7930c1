package org.fdbox.daemon.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Safekeeping;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the boxes hold, in the custody of the service manager.
public final class Custody implements Safekeeping, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Custody.class);

    private final Stored stored;
    private final Ledger ledger;
    private final Keeper keeper;
    private final long managerPid;
    private volatile boolean begun;

    /// @param manager belongs to this from now on
    /// @param managerPid whose files are there only because it keeps them
    Custody(ServiceManager manager, long managerPid, Stored stored, Ledger ledger, Mode mode,
            Consumer<Moment> watcher) {
        this.managerPid = managerPid;
        this.stored = stored;
        this.ledger = ledger;
        this.keeper = new Keeper(manager, stored, ledger, mode == Mode.FAST, watcher);
        keeper.start();
    }

    /// All that was recovered has been noted: from now on, what is noted is what there is.
    void begin() {
        ledger.begin();
        begun = true;
        letGo();
    }

    private void letGo() {
        if (begun && stored.isAnyLeaving()) {
            keeper.look();
        }
    }

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public void keep(List<Entry> entries) throws Refused {
        var files = new LinkedHashMap<Entry, Stored.File>();
        for (Entry entry : entries) {
            if (entry.content() instanceof Content.Held && !stored.has(entry)) {
                files.put(entry, Stored.File.of(entry));
            }
        }
        if (files.isEmpty()) {
            return;
        }
        Errand errand = Errand.of(files);
        keeper.run(errand);
        switch (errand.done().join()) {
            case Errand.Outcome.Kept _ -> {
                // As it should be.
            }
            case Errand.Outcome.Full(var kept) -> {
                report(entries, "the service manager's store is full with " + kept
                        + " descriptors; raise FileDescriptorStoreMax=");
                throw new Refused.QuotaExceeded("FileDescriptorStoreMax", kept);
            }
            case Errand.Outcome.Unheard(var reason) -> {
                report(entries, reason);
                throw new Refused.HandoverFailed(Optional.empty(), Optional.of(entries.getFirst().name()),
                        "it would not survive a crash: " + reason);
            }
        }
    }

    /// Who puts is told; of what was recovered, only the log can tell.
    private void report(List<Entry> entries, String reason) {
        if (begun) {
            LOG.warn("not put, since it would not survive a crash: entries={}: {}", entries.size(), reason);
        } else {
            LOG.warn("recovered, and would not survive a crash: entries={}, first={}: {}", entries.size(),
                    entries.getFirst().name(), reason);
        }
    }

    @Override
    public void release(List<Entry> entries) {
        entries.forEach(stored::release);
        keeper.look();
    }

    @Override
    public void note(List<Change> changes) {
        List<Map<String, Object>> nodes = changes.stream().map(change -> Node.of(change, stored)).toList();
        ledger.note(nodes);
        for (Change change : changes) {
            if (change instanceof Change.EntryGone(_, var entry)) {
                stored.release(entry);
            }
        }
    }

    @Override
    public void settle() {
        ledger.settle();
        letGo();
    }

    @Override
    public boolean isKeeper(int pid) {
        return pid == managerPid;
    }

    /// Comes to a rest, with nothing under way and all of it written, until [#resume] or [#leave].
    ///
    /// @return empty if the service manager did not answer in time; it goes on then
    Optional<Bequest> pause(Duration most, Mode mode) {
        if (!keeper.pause(most)) {
            return Optional.empty();
        }
        boolean made = false;
        var copies = new ArrayList<OwnedFd>();
        try {
            ledger.settle();
            ledger.memfds().forEach(memfd -> copies.add(memfd.dup()));
            made = true;
            return Optional.of(new Bequest(mode, managerPid, List.copyOf(copies), ledger.current(),
                    ledger.generation(), stored.leaving()));
        } finally {
            if (!made) {
                copies.forEach(OwnedFd::close);
                keeper.resume();
            }
        }
    }

    void resume() {
        keeper.resume();
        letGo();
    }

    /// Another process goes on with it, or did all along: nothing is written, stored or removed any more.
    void leave() {
        keeper.leave();
        ledger.close();
    }

    /// The service manager goes on keeping what it has. What has not begun changes nothing of that.
    @Override
    public void close() {
        if (!begun) {
            leave();
            return;
        }
        try {
            ledger.settle();
        } catch (SystemCallException full) {
            LOG.error("the last changes would not survive: {}", full.getMessage());
        }
        keeper.close();
        ledger.close();
    }
}
