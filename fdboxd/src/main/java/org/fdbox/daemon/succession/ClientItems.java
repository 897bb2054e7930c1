package org.fdbox.daemon.succession;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.Handouts;
import org.fdbox.daemon.box.OpenLease;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// Connections as items: one for the connection itself, and one for each message that has not been served or sent yet.
public final class ClientItems {

    static final String ID = "id";
    static final String CLIENT = "client";
    static final String BYTES = "bytes";
    static final String TRUNCATED = "truncated";
    static final String INODES = "inodes";
    static final String NEXT = "next";
    static final String UNREAD = "unread";
    static final String PEER = "peer";
    static final String HANDLE = "handle";
    static final String RIGHTS = "rights";
    static final String OPENER = "opener";
    static final String BOX = "box";
    static final String NAME = "name";
    static final String NAMES = "names";
    static final String UID = "uid";
    static final String GID = "gid";
    static final String PID = "pid";
    static final String GROUPS = "groups";
    static final String SEQUENCE = "sequence";
    static final String COMPATIBLE = "compatible";
    static final String OPEN = "open";
    static final String ENTRIES = "entries";

    static final String READS = "reads";
    static final String ENDS = "ends";
    static final String WATCHES = "watches";
    static final String HANDLES = "handles";
    static final String UPGRADES = "upgrades";

    private ClientItems() {}

    /// @param clients keep their descriptors
    /// @param handouts know their leases
    public static List<Item> of(List<SuspendedClient> clients, Handouts handouts) {
        var items = new ArrayList<Item>();
        long id = 0;
        for (SuspendedClient client : clients) {
            if (client.caller() instanceof BoxHandle handle && handle.isOver()) {
                // Its client sees that it is over, as this process ends.
                continue;
            }
            id++;
            items.add(connection(id, client));
            for (Frame frame : client.input()) {
                items.add(message(Item.INPUT, id, frame));
            }
            if (client.unfinished().bytes().length > 0 || !client.unfinished().descriptors().isEmpty()) {
                items.add(message(Item.UNFINISHED, id, client.unfinished()));
            }
            for (SuspendedClient.Outbound out : client.output()) {
                items.add(new Item(Item.OUTPUT, Map.of(CLIENT, id, BYTES, text(out.bytes())),
                        out.descriptors()));
            }
            for (OpenLease lease : handouts.leases(client.leases())) {
                items.add(new Item(Item.LEASE, Map.of(CLIENT, id, ID, lease.id(), BOX, lease.box(), NAMES,
                        lease.entries(), UID, Integer.toUnsignedLong(lease.uid()))));
            }
        }
        return items;
    }

    /// The whole way of connections to another process, within this one: whoever has gone it once goes it faster when somebody waits.
    ///
    /// @param clients stay the caller's
    public static void rehearse(List<SuspendedClient> clients, Boxes boxes) throws Broken, Malformed {
        try (var received = new ReceivedClients()) {
            for (Item item : of(clients, boxes.handouts())) {
                received.apply(
                        Item.of(item.node(), _ -> item.descriptors().stream().map(OwnedFd::dup).toList()));
            }
            received.all(boxes).forEach(SuspendedClient::close);
        }
    }

    private static Item connection(long id, SuspendedClient client) {
        var node = new LinkedHashMap<String, Object>();
        node.put(ID, id);
        switch (client.caller()) {
            case Caller.Peer(var who) -> node.put(PEER, peer(who));
            case BoxHandle handle -> node.put(HANDLE, Map.of(BOX, handle.box(), RIGHTS,
                    handle.rights().stream().sorted().map(HandleRight::word).toList(), OPENER,
                    peer(handle.account())));
        }
        node.put(INODES, List.copyOf(client.inodes()));
        node.put(NEXT, next(client.next()));
        node.put(UNREAD, client.unread().stream()
                .map(sent -> List.of((long) sent.descriptors(), (long) sent.bytes())).toList());
        return new Item(Item.CLIENT, node, List.of(client.socket()));
    }

    private static Map<String, Object> peer(PeerCredentials who) {
        return Map.of(PID, (long) who.pid(), UID, Integer.toUnsignedLong(who.uid()), GID,
                Integer.toUnsignedLong(who.gid()), GROUPS,
                new TreeSet<>(who.groups()).stream().map(Integer::toUnsignedLong).toList());
    }

    private static Map<String, Object> next(Next next) {
        var node = new LinkedHashMap<String, Object>();
        switch (next) {
            case Next.Reads _ -> node.put(Item.IS, READS);
            case Next.Ends _ -> node.put(Item.IS, ENDS);
            case Next.Upgrades _ -> node.put(Item.IS, UPGRADES);
            case Next.Watches(Optional<String> box, long sequence) -> {
                node.put(Item.IS, WATCHES);
                box.ifPresent(name -> node.put(BOX, name));
                node.put(SEQUENCE, sequence);
            }
            case Next.Handles(String compatible, List<Next.OpenRequest> open) -> {
                node.put(Item.IS, HANDLES);
                node.put(COMPATIBLE, compatible);
                node.put(OPEN, open.stream()
                        .map(request -> Map.of(ID, request.id(), ENTRIES, request.entries().stream()
                                .map(place -> Map.of(BOX, place.box(), NAME, place.name())).toList()))
                        .toList());
            }
        }
        return node;
    }

    private static Item message(String is, long client, Frame frame) {
        return new Item(is, Map.of(CLIENT, client, BYTES, text(frame.bytes()), TRUNCATED, frame.truncated()),
                frame.descriptors());
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
