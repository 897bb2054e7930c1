package org.fdbox.daemon.service;

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
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the boxes hold, in the custody of the service manager.
public final class Custody implements Safekeeping, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Custody.class);

    private final Stored stored;
    private final Ledger ledger;
    private final Keeper keeper;
    /// The service manager is whoever started this process.
    private final long parent = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
    private volatile boolean begun;

    /// @param manager belongs to this from now on
    Custody(ServiceManager manager, Stored stored, Ledger ledger, Mode mode, Consumer<Moment> watcher) {
        this.stored = stored;
        this.ledger = ledger;
        this.keeper = new Keeper(manager, stored, ledger, mode == Mode.FAST, watcher);
        keeper.start();
    }

    /// All that was recovered has been noted: from now on, what is noted is what there is.
    void begin() {
        ledger.begin();
        begun = true;
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
        if (stored.isAnyLeaving()) {
            keeper.look();
        }
    }

    @Override
    public boolean isKeeper(int pid) {
        return pid == parent;
    }

    /// The service manager goes on keeping what it has.
    @Override
    public void close() {
        try {
            ledger.settle();
        } catch (SystemCallException full) {
            LOG.error("the last changes would not survive: {}", full.getMessage());
        }
        keeper.close();
        ledger.close();
    }
}
