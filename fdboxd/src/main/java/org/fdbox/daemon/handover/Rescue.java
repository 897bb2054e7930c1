package org.fdbox.daemon.handover;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.kexec.Incoming;
import org.fdbox.daemon.kexec.Place;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SparseCopy;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Contents that came over a kexec in the kernel's hands alone, of entries that wait: the kernel keeps them no longer than the recovery,
/// so they are written to files. One object a recovery.
final class Rescue {

    private static final Logger LOG = LoggerFactory.getLogger(Rescue.class);

    private final PayloadFolder folder;
    private final Incoming incoming;
    private final Map<Place, String> files = new HashMap<>();

    /// @param incoming stays the caller's
    Rescue(PayloadFolder folder, Incoming incoming) {
        this.folder = folder;
        this.incoming = incoming;
    }

    /// The same entry, whose contents are in a file, if they could be had.
    Entry of(Entry entry) {
        if (!(entry.content() instanceof Content.Pending(var compatible, var reason, var node))) {
            return entry;
        }
        Map<String, Object> payload = Manifest.node(node.get(EntryNode.PAYLOAD));
        Place place = KeptPayload.place(payload).orElse(null);
        if (place == null || payload.containsKey(Payload.FILE)) {
            return entry;
        }
        try {
            String file = files.containsKey(place) ? files.get(place) : written(place, payload);
            if (file == null) {
                return entry;
            }
            files.put(place, file);
            var whole = new LinkedHashMap<>(node);
            var filed = new LinkedHashMap<>(payload);
            filed.put(Payload.FILE, file);
            whole.put(EntryNode.PAYLOAD, filed);
            return new Entry(entry.name(), new Content.Pending(compatible, reason, whole), entry.putter(),
                    entry.putUSec());
        } catch (IOException | SystemCallException | HandlerRefusal failed) {
            LOG.error("entry {} waits, and its contents are lost, which the kernel alone had: {}",
                    entry.name(),
                    failed.getMessage());
            return entry;
        }
    }

    /// Null if the kernel has none.
    private String written(Place place, Map<String, Object> payload) throws IOException, HandlerRefusal {
        var contents = new Payload(folder, payload, true);
        try (OwnedFd memory = incoming.take(place).orElse(null)) {
            if (memory == null) {
                return null;
            }
            String name = free();
            try (OwnedFd file = folder.create(name)) {
                OpenFile.truncate(file, contents.size());
                SparseCopy.copy(memory, file, contents.extents(), _ -> {});
                folder.makeDurable(file);
            }
            incoming.tookTheOnlyOne();
            return name;
        }
    }

    /// No save has ever had the generation 0.
    private String free() {
        int number = 0;
        String name;
        do {
            name = "payload/0-" + ++number;
        } while (folder.has(name));
        return name;
    }

    /// What was written.
    Set<String> files() {
        return new TreeSet<>(files.values());
    }
}
