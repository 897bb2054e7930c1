package org.fdbox.daemon.succession;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.Courier;
import org.fdbox.sys.OwnedFd;

/// Sends items as the replies to one call of TakeOver, as many in each as descriptors and size allow. The descriptors stay with those
/// who have them.
final class Parts implements Estate.Sink {

    static final int MOST_ITEMS = 253;
    private static final int MANY_CHARACTERS = 256 << 10;

    private final Link link;
    private final int version;
    private final Duration patience;
    private final List<Map<String, Object>> nodes = new ArrayList<>();
    private final List<OwnedFd> descriptors = new ArrayList<>();
    private int characters;
    private int part;

    /// @param patience how long the other may take to make room for the next part
    Parts(Link link, int version, Duration patience) {
        this.link = link;
        this.version = version;
        this.patience = patience;
    }

    void add(List<Item> items) throws Broken {
        for (Item item : items) {
            add(item);
        }
    }

    @Override
    public void add(Item item) throws Broken {
        boolean full = nodes.size() == MOST_ITEMS || characters > MANY_CHARACTERS
                || descriptors.size() + item.descriptors().size() > Courier.MOST_DESCRIPTORS;
        if (full) {
            send(false);
        }
        nodes.add(item.node());
        descriptors.addAll(item.descriptors());
        characters += item.values().values().stream()
                .mapToInt(value -> value instanceof String text ? text.length() : 0).sum();
    }

    @Override
    public void flush() throws Broken {
        if (!nodes.isEmpty()) {
            send(false);
        }
    }

    /// Nothing follows.
    void end() throws Broken {
        send(true);
    }

    /// Sends items as one reply to a call of Attach.
    ///
    /// @param items as many as fit; their descriptors stay with those who have them
    static void sendChange(Link link, int version, List<Item> items, long number, Duration patience)
            throws Broken {
        List<OwnedFd> descriptors = items.stream().flatMap(item -> item.descriptors().stream()).toList();
        var changed = new Reply.Changed(version, manifest(items.stream().map(Item::node).toList()), number,
                descriptors.size());
        link.send(Codec.encodeReply(changed, true), descriptors, patience);
    }

    private static Map<String, Object> manifest(List<Map<String, Object>> nodes) {
        return Map.of("compatible", Stream.COMPATIBLE, "items", nodes);
    }

    private void send(boolean last) throws Broken {
        part++;
        var carried = new Reply.Carried(version, manifest(List.copyOf(nodes)), part, last ? part : part + 1,
                descriptors.size());
        link.send(Codec.encodeReply(carried, !last), descriptors, patience);
        nodes.clear();
        descriptors.clear();
        characters = 0;
    }
}
