package org.fdbox.daemon.service;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.LiveBox;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.OwnedFd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the service manager gives back at a start: the boxes of the last daemon as its ledger has them, with their descriptors.
final class Inheritance {

    private static final Logger LOG = LoggerFactory.getLogger(Inheritance.class);

    private final Map<String, OwnedFd> unclaimed;
    private final Map<String, OwnedFd> claimed = new HashMap<>();
    private final List<OwnedFd> doubles = new ArrayList<>();
    private final Set<String> ledgers = new HashSet<>();
    private final Stored stored;

    /// @param passed by name; belongs to this
    Inheritance(Map<String, OwnedFd> passed) {
        this(passed, new Stored());
    }

    private Inheritance(Map<String, OwnedFd> passed, Stored stored) {
        this.unclaimed = new LinkedHashMap<>(passed);
        this.stored = stored;
    }

    /// Of who gets it from another process, with its descriptors.
    static Inheritance of(Adopted adopted) {
        return new Inheritance(Map.of(), adopted.stored());
    }

    /// The two ledger files: those that came back, else new ones.
    List<LedgerFile> ledgerFiles() {
        for (String name : Ids.LEDGERS) {
            if (unclaimed.containsKey(name)) {
                ledgers.add(name);
            } else {
                // Closed with the rest if the next cannot be made.
                unclaimed.put(name, LedgerFile.create().memfd());
            }
        }
        return Ids.LEDGERS.stream().map(unclaimed::remove).map(LedgerFile::new).toList();
    }

    /// Names of the ledgers that came back.
    Set<String> ledgers() {
        return ledgers;
    }

    /// What has an id already.
    Stored stored() {
        return stored;
    }

    /// The boxes that a ledger names, as far as their descriptors came back.
    ///
    /// @return its entries own their descriptors
    /// @throws Malformed if the ledger is not consistent
    List<LiveBox> boxes(Registry registry) throws Malformed {
        var boxes = new ArrayList<LiveBox>();
        for (Map<String, Object> node : registry.boxes()) {
            Change.BoxIs box = Node.box(node);
            var entries = new ArrayList<Entry>();
            for (Map<String, Object> entry : registry.entries(node)) {
                entry(box.box(), entry, entries);
            }
            boxes.add(new LiveBox(box, List.copyOf(entries)));
        }
        return boxes;
    }

    private void entry(String box, Map<String, Object> node, List<Entry> entries) throws Malformed {
        String id = Node.text(node, Node.FD);
        int number = Ids.number(id)
                .orElseThrow(() -> new Malformed("it names \"" + id + "\", which is no entry's descriptor"));
        OwnedFd fd = claim(id);
        if (fd == null) {
            LOG.warn("lost box={} entry={}: the service manager did not keep it", box,
                    Node.text(node, Node.ENTRY));
            return;
        }
        Entry entry = Node.entry(node, fd);
        stored.adopt(entry, Stored.File.of(entry), number);
        entries.add(entry);
    }

    /// Null if it did not come back. Several entries that are one open file have one id.
    private OwnedFd claim(String id) {
        OwnedFd known = claimed.get(id);
        if (known != null) {
            doubles.add(known.dup());
            return doubles.getLast();
        }
        OwnedFd fd = unclaimed.remove(id);
        if (fd != null) {
            claimed.put(id, fd);
        }
        return fd;
    }

    /// How many descriptors the entries have.
    int count() {
        return claimed.size() + doubles.size();
    }

    /// What was stored and belongs to nothing that was acknowledged.
    Set<String> closeUnclaimed() {
        Set<String> names = Set.copyOf(unclaimed.keySet());
        names.stream().sorted().forEach(name -> LOG.info(
                "closed what the service manager had stored as {}: no acknowledged entry", name));
        unclaimed.values().forEach(OwnedFd::close);
        unclaimed.clear();
        return names;
    }

    /// Closes everything, where nothing comes of it.
    void close() {
        unclaimed.values().forEach(OwnedFd::close);
        claimed.values().forEach(OwnedFd::close);
        doubles.forEach(OwnedFd::close);
    }

    /// Names of all that is still stored.
    Set<String> names() {
        var names = new HashSet<>(claimed.keySet());
        names.addAll(ledgers);
        return names;
    }
}
