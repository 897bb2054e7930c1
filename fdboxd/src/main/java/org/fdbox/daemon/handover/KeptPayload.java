package org.fdbox.daemon.handover;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fdbox.daemon.kexec.Incoming;
import org.fdbox.daemon.kexec.Place;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadReader;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SparseCopy;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Contents that the kernel may have carried over a kexec: they are taken from there, if they are what was saved, and else from their
/// file, if they have one. In a manifest, `"luo": {"session": NAME, "token": NUMBER}` of a payload says where.
final class KeptPayload implements PayloadReader {

    private static final Logger LOG = LoggerFactory.getLogger(KeptPayload.class);

    private static final String LUO = "luo";
    private static final String SESSION = "session";
    private static final String TOKEN = "token";

    private final Payload file;
    private final Place place;
    private final Incoming incoming;

    private KeptPayload(Payload file, Place place, Incoming incoming) {
        this.file = file;
        this.place = place;
        this.incoming = incoming;
    }

    /// The contents that a manifest's node tells of.
    ///
    /// @throws HandlerRefusal if the node is malformed
    static PayloadReader of(PayloadFolder folder, Map<String, Object> payload, Incoming incoming)
            throws HandlerRefusal {
        var file = new Payload(folder, payload, isKept(payload));
        return place(payload).<PayloadReader>map(place -> new KeptPayload(file, place, incoming))
                .orElse(file);
    }

    /// What the manifest says of contents that are there as well.
    static Map<String, Object> describe(Map<String, Object> contents, Place place) {
        var both = new LinkedHashMap<>(contents);
        both.put(LUO, Map.of(SESSION, place.session(), TOKEN, place.token()));
        return both;
    }

    /// Whether contents are, or were, in the hands of the kernel.
    static boolean isKept(Map<String, Object> payload) {
        return place(payload).isPresent();
    }

    private static Optional<Place> place(Map<String, Object> payload) {
        Map<String, Object> luo = Manifest.node(payload.get(LUO));
        String session = EntryNode.text(luo, SESSION);
        long token = EntryNode.number(luo, TOKEN, -1);
        return session == null || token < 0 ? Optional.empty() : Optional.of(new Place(session, token));
    }

    /// All sessions that boxes name.
    static Set<String> sessions(List<Map<String, Object>> boxes) {
        var sessions = new TreeSet<String>();
        for (Map<String, Object> box : boxes) {
            for (Map<String, Object> entry : Manifest.nodes(box.get("fds"))) {
                place(Manifest.node(entry.get(EntryNode.PAYLOAD)))
                        .ifPresent(place -> sessions.add(place.session()));
            }
        }
        return sessions;
    }

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public void into(OwnedFd writable) throws HandlerRefusal {
        if (!moved(writable)) {
            file.into(writable);
        }
    }

    /// What was written after the save is not what was saved, which counts, if it is anywhere else.
    private boolean moved(OwnedFd writable) {
        try (OwnedFd memory = incoming.take(place).orElse(null)) {
            if (memory == null) {
                return false;
            }
            if (Stat.of(memory).size() != size()) {
                LOG.warn("{} has another size than what was saved", place);
                return false;
            }
            boolean same = file.hasChecksum(SparseCopy.move(memory, writable, file.extents()).crc32c());
            if (!same) {
                LOG.warn("{} was changed after it was saved; {}", place,
                        file.isThere() ? "what was saved is read from disk" : "there is nothing else");
            }
            if (!file.isThere()) {
                incoming.tookTheOnlyOne();
            }
            return same || !file.isThere();
        } catch (SystemCallException failed) {
            LOG.warn("{} is read from disk: {}", place, failed.getMessage());
            return false;
        }
    }

    /// Of what the kernel preserves, nobody asks for a few bytes.
    @Override
    public byte[] bytes(int most) throws HandlerRefusal {
        return file.bytes(most);
    }
}
