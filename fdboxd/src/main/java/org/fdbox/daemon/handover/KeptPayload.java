package org.fdbox.daemon.handover;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.fdbox.daemon.kexec.Incoming;
import org.fdbox.daemon.kexec.Place;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Extents;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SparseCopy;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Contents that the kernel may have carried over a kexec: they are taken from there, if they are what was saved, and else from their
/// file, if they have one. In a manifest, `"luo": {"session": NAME, "token": NUMBER}` of a payload says where.
final class KeptPayload implements SavedContents {

    private static final Logger LOG = LoggerFactory.getLogger(KeptPayload.class);

    private static final String LUO = "luo";
    private static final String SESSION = "session";
    private static final String TOKEN = "token";

    private final Payload file;
    private final Source source;

    /// Where the contents may be.
    private interface Source {
        /// @return owned by the caller
        Optional<OwnedFd> open();

        /// Copies them.
        ///
        /// @param memory of the size that was saved
        /// @return whether that is what is to come back
        boolean copy(OwnedFd memory, OwnedFd writable, LongConsumer copied);

        /// Whether the file counts where they cannot be had here.
        boolean yieldsToFile();
    }

    private KeptPayload(Payload file, Source source) {
        this.file = file;
        this.source = source;
    }

    /// The contents that a manifest's node tells of.
    ///
    /// @throws HandlerRefusal if the node is malformed
    static SavedContents of(PayloadFolder folder, Map<String, Object> payload, Incoming incoming)
            throws HandlerRefusal {
        var file = new Payload(folder, payload, isKept(payload));
        return place(payload).<SavedContents>map(place -> new KeptPayload(file, left(file, place, incoming)))
                .orElse(file);
    }

    /// The same where somebody else has had the kernel carry them over: what is alive wins.
    ///
    /// @param memory stays the caller's, and as it is
    static SavedContents of(PayloadFolder folder, Map<String, Object> payload, OwnedFd memory)
            throws HandlerRefusal {
        var file = new Payload(folder, payload, isKept(payload));
        return new KeptPayload(file, new Source() {
            @Override
            public Optional<OwnedFd> open() {
                return Optional.of(memory.dup());
            }

            @Override
            public boolean copy(OwnedFd alive, OwnedFd writable, LongConsumer copied) {
                if (!file.hasChecksum(SparseCopy.copy(alive, writable, file.extents(), copied).crc32c())) {
                    Extents all = Extents.of(List.of(new Contents.Extent(0, file.size())), file.size());
                    SparseCopy.copy(alive, writable, all, copied);
                }
                return true;
            }

            @Override
            public boolean yieldsToFile() {
                return false;
            }
        });
    }

    /// What was written after the save is not what was saved, which counts, if it is anywhere else.
    private static Source left(Payload file, Place place, Incoming incoming) {
        return new Source() {
            @Override
            public Optional<OwnedFd> open() {
                return incoming.take(place);
            }

            @Override
            public boolean copy(OwnedFd memory, OwnedFd writable, LongConsumer copied) {
                boolean same =
                        file.hasChecksum(SparseCopy.move(memory, writable, file.extents(), copied).crc32c());
                if (!same) {
                    LOG.warn("{} was changed after it was saved; {}", place,
                            file.isThere() ? "what was saved is read from disk" : "there is nothing else");
                }
                if (!file.isThere()) {
                    incoming.tookTheOnlyOne();
                }
                return same || !file.isThere();
            }

            @Override
            public boolean yieldsToFile() {
                return true;
            }
        };
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

    /// Where the kernel has contents, or had them.
    static Optional<Place> place(Map<String, Object> payload) {
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
    public void into(OwnedFd writable, LongConsumer copied) throws HandlerRefusal {
        if (wasAlive(writable, copied)) {
            return;
        }
        if (!source.yieldsToFile()) {
            throw new HandlerRefusal("its contents are not of the size that was saved");
        }
        file.into(writable, copied);
    }

    private boolean wasAlive(OwnedFd writable, LongConsumer copied) {
        try (OwnedFd memory = source.open().orElse(null)) {
            if (memory == null) {
                return false;
            }
            long found = Stat.of(memory).size();
            if (found != size()) {
                LOG.warn("what came over the kexec has {} bytes, and {} were saved", found, size());
                return false;
            }
            return source.copy(memory, writable, copied);
        } catch (SystemCallException failed) {
            LOG.warn("what came over the kexec cannot be read: {}", failed.getMessage());
            return false;
        }
    }

    /// Of what the kernel preserves, nobody asks for a few bytes.
    @Override
    public byte[] bytes(int most) throws HandlerRefusal {
        return file.bytes(most);
    }
}
