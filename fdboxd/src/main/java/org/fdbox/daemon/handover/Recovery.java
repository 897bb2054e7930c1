package org.fdbox.daemon.handover;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PayloadReader;
import org.fdbox.spi.Restoration;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// What the entries of one recovery share: descriptors that one leaves for another.
final class Recovery implements AutoCloseable {

    private final Map<String, OwnedFd> left = new HashMap<>();

    /// The view of one entry.
    Restoration of(StateDirectory directory, Map<String, Object> node) {
        return new Restoration() {
            @Override
            public PeerCredentials putter() {
                return EntryNode.putter(node);
            }

            @Override
            public PayloadReader payload() throws HandlerRefusal {
                return new Payload.Reader(directory, Manifest.node(node.get(EntryNode.PAYLOAD)));
            }

            @Override
            public void leave(String key, OwnedFd fd) {
                OwnedFd before = left.put(key, fd);
                if (before != null) {
                    before.close();
                }
            }

            @Override
            public Optional<OwnedFd> claim(String key) {
                return Optional.ofNullable(left.remove(key));
            }
        };
    }

    @Override
    public void close() {
        left.values().forEach(OwnedFd::close);
    }
}
