package org.fdbox.daemon.handover;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.box.Provenance;
import org.fdbox.daemon.kexec.Incoming;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// What the entries of one recovery share: inodes, and descriptors that one leaves for another.
final class Recovery implements AutoCloseable {

    private final Incoming incoming;
    private final Map<String, OwnedFd> left = new HashMap<>();
    private final Map<String, OwnedFd> inodes = new HashMap<>();

    /// @param incoming what the last kernel left; stays the caller's
    Recovery(Incoming incoming) {
        this.incoming = incoming;
    }

    /// The view of one entry.
    EntryRestoration of(PayloadFolder folder, Map<String, Object> node) {
        return of(node, () -> KeptPayload.of(folder, payload(node), incoming));
    }

    /// The same of one whose contents are open already.
    ///
    /// @param memory stays the caller's
    EntryRestoration of(PayloadFolder folder, Map<String, Object> node, OwnedFd memory) {
        return of(node, () -> KeptPayload.of(folder, payload(node), memory));
    }

    private static Map<String, Object> payload(Map<String, Object> node) {
        return Manifest.node(node.get(EntryNode.PAYLOAD));
    }

    /// Where contents come from.
    private interface Source {
        SavedContents open() throws HandlerRefusal;
    }

    private EntryRestoration of(Map<String, Object> node, Source source) {
        String inode = EntryNode.text(node, Descriptions.INODE);
        return new EntryRestoration() {
            @Override
            public PeerCredentials putter() {
                return Provenance.putter(node);
            }

            @Override
            public SavedContents payload() throws HandlerRefusal {
                return source.open();
            }

            @Override
            public Optional<OwnedFd> sameInode() {
                return Optional.ofNullable(inodes.get(inode)).map(OwnedFd::dup);
            }

            @Override
            public void madeInode(OwnedFd fd) {
                if (inode != null) {
                    inodes.computeIfAbsent(inode, _ -> fd.dup());
                }
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
        inodes.values().forEach(OwnedFd::close);
    }
}
