package org.fdbox.daemon.handlers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.Json;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadReader;
import org.fdbox.spi.PayloadWriter;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Properties;
import org.fdbox.spi.Restoration;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SparseCopy;
import org.fdbox.sys.Stat;

/// One recovery as handlers see it, with payloads in memory: what one entry leaves another finds.
final class Restoring implements AutoCloseable {

    private final Map<String, OwnedFd> left = new HashMap<>();
    private final List<OwnedFd> payloads = new ArrayList<>();
    private final PeerCredentials putter;

    Restoring() {
        this(Users.SELF);
    }

    Restoring(PeerCredentials putter) {
        this.putter = putter;
    }

    /// What a handler wrote down: properties, as a manifest would bring them back, and contents.
    record Saved(Map<String, Object> properties, OwnedFd payload) {

        /// The same with another property.
        Saved with(String name, Object value) {
            var changed = new HashMap<>(properties);
            changed.put(name, value);
            return new Saved(changed, payload);
        }

        Saved without(String name) {
            var changed = new HashMap<>(properties);
            changed.remove(name);
            return new Saved(changed, payload);
        }
    }

    Saved preserve(PreservingHandler handler, OwnedFd fd) throws Exception {
        OwnedFd payload = Memfd.create("payload");
        payloads.add(payload);
        Map<String, Object> properties = handler.preserve(fd, putter, new PayloadWriter() {
            @Override
            public void contents(OwnedFd readable, long size) {
                OpenFile.truncate(payload, size);
                SparseCopy.copy(readable, payload, Contents.dataExtents(readable, size), _ -> {});
            }

            @Override
            public void bytes(byte[] bytes) {
                Contents.write(payload, bytes, 0);
            }
        });
        return new Saved(Json.readObject(Json.write(properties)), payload);
    }

    /// @return owned by the caller
    OwnedFd restore(PreservingHandler handler, Saved saved) throws HandlerRefusal {
        return handler.restore(new Properties(saved.properties()), new Restoration() {
            @Override
            public PeerCredentials putter() {
                return putter;
            }

            @Override
            public PayloadReader payload() {
                return new Reader(saved.payload());
            }

            @Override
            public Optional<OwnedFd> sameInode() {
                return Optional.empty();
            }

            @Override
            public void madeInode(OwnedFd fd) {}

            @Override
            public void leave(String key, OwnedFd fd) {
                Optional.ofNullable(left.put(key, fd)).ifPresent(OwnedFd::close);
            }

            @Override
            public Optional<OwnedFd> claim(String key) {
                return Optional.ofNullable(left.remove(key));
            }
        });
    }

    private record Reader(OwnedFd payload) implements PayloadReader {
        @Override
        public long size() {
            return Stat.of(payload).size();
        }

        @Override
        public void into(OwnedFd writable) {
            try (OwnedFd seekable = payload.dup()) {
                SparseCopy.copy(payload, writable, Contents.dataExtents(seekable, size()), _ -> {});
            }
        }

        @Override
        public byte[] bytes(int most) {
            return Contents.read(payload, 0, (int) size());
        }
    }

    @Override
    public void close() {
        left.values().forEach(OwnedFd::close);
        payloads.forEach(OwnedFd::close);
    }
}
