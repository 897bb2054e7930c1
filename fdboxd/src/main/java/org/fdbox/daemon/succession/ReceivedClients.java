package org.fdbox.daemon.succession;

import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.LeaseHolder;
import org.fdbox.daemon.box.OpenLease;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;

/// Connections as they arrive: the other way of [ClientItems]. Owns their descriptors until somebody else does.
public final class ReceivedClients implements AutoCloseable {

    private static final Frame NOTHING = new Frame(new byte[0], List.of(), false);

    private final Map<Long, Received> clients = new LinkedHashMap<>();

    private static final class Received {
        private final Item connection;
        private final List<Frame> input = new ArrayList<>();
        private final List<SuspendedClient.Outbound> output = new ArrayList<>();
        private final List<OpenLease> leases = new ArrayList<>();
        private Frame unfinished = NOTHING;

        Received(Item connection) {
            this.connection = connection;
        }

        List<OwnedFd> descriptors() {
            var all = new ArrayList<>(connection.descriptors());
            input.forEach(frame -> all.addAll(frame.descriptors()));
            all.addAll(unfinished.descriptors());
            output.forEach(out -> all.addAll(out.descriptors()));
            return all;
        }
    }

    /// @param item one of the five kinds; its descriptors belong to this from now on
    void apply(Item item) throws Broken {
        boolean kept = false;
        try {
            add(item);
            kept = true;
        } catch (ClassCastException | NullPointerException | IllegalArgumentException inconsistent) {
            throw new Broken("this makes no connection: " + item.is() + ": " + inconsistent, inconsistent);
        } finally {
            if (!kept) {
                item.descriptors().forEach(OwnedFd::close);
            }
        }
    }

    private void add(Item item) {
        Map<String, Object> values = item.values();
        if (item.is().equals(Item.CLIENT)) {
            if (item.descriptors().size() != 1) {
                throw new IllegalArgumentException("a connection has one socket");
            }
            clients.put((Long) values.get(ClientItems.ID), new Received(item));
            return;
        }
        Received client = clients.get((Long) values.get(ClientItems.CLIENT));
        switch (item.is()) {
            case Item.INPUT -> client.input.add(frame(item));
            case Item.UNFINISHED -> client.unfinished = frame(item);
            case Item.OUTPUT ->
                client.output.add(new SuspendedClient.Outbound(bytes(item), item.descriptors()));
            case Item.LEASE -> client.leases.add(new OpenLease((String) values.get(ClientItems.ID),
                    id(values, ClientItems.UID), (String) values.get(ClientItems.BOX),
                    list(values, ClientItems.NAMES).stream().map(String.class::cast).toList()));
            default -> throw new IllegalArgumentException(item.is());
        }
    }

    private static Frame frame(Item item) {
        return new Frame(bytes(item), item.descriptors(),
                Boolean.TRUE.equals(item.values().get(ClientItems.TRUNCATED)));
    }

    private static byte[] bytes(Item item) {
        return Base64.getDecoder().decode((String) item.values().get(ClientItems.BYTES));
    }

    /// Makes of each what can be served, with its handle and its leases, once the boxes are there.
    ///
    /// @return own their descriptors from now on
    public List<SuspendedClient> all(Boxes boxes) throws Malformed {
        try {
            var all = new ArrayList<SuspendedClient>();
            for (Received client : clients.values()) {
                all.add(client(client, boxes));
            }
            clients.clear();
            return all;
        } catch (ClassCastException | NullPointerException | IllegalArgumentException inconsistent) {
            throw new Malformed("this makes no connection: " + inconsistent);
        } catch (Refused.NoSuchBox unknown) {
            throw new Malformed("a handle is of a box that is not there: " + unknown.getMessage());
        }
    }

    private static SuspendedClient client(Received client, Boxes boxes) throws Malformed, Refused.NoSuchBox {
        Map<String, Object> node = client.connection.values();
        Map<String, Object> handle = object(node.get(ClientItems.HANDLE));
        Caller caller = handle == null
                ? Caller.of(peer(object(node.get(ClientItems.PEER))))
                : boxes.inventory().reopen((String) handle.get(ClientItems.BOX), rights(handle),
                        peer(object(handle.get(ClientItems.OPENER))));
        var leases = new LeaseHolder();
        boxes.handouts().restore(leases, client.leases);
        return new SuspendedClient(client.connection.descriptors().getFirst(), caller, inodes(node), leases,
                client.input,
                client.unfinished, client.output, next(object(node.get(ClientItems.NEXT))), unread(node));
    }

    private static Set<Long> inodes(Map<String, Object> node) {
        return list(node, ClientItems.INODES).stream().map(Long.class::cast).collect(Collectors.toSet());
    }

    private static Next next(Map<String, Object> node) {
        return switch ((String) node.get(Item.IS)) {
            case ClientItems.READS -> new Next.Reads();
            case ClientItems.ENDS -> new Next.Ends();
            case ClientItems.UPGRADES -> new Next.Upgrades();
            case ClientItems.WATCHES -> new Next.Watches(
                    Optional.ofNullable((String) node.get(ClientItems.BOX)),
                    (Long) node.get(ClientItems.SEQUENCE));
            case ClientItems.HANDLES -> new Next.Handles((String) node.get(ClientItems.COMPATIBLE),
                    list(node, ClientItems.OPEN).stream().map(ReceivedClients::request).toList());
            case String unknown -> throw new IllegalArgumentException(unknown);
        };
    }

    private static Next.OpenRequest request(Object value) {
        Map<String, Object> node = object(value);
        return new Next.OpenRequest((String) node.get(ClientItems.ID),
                list(node, ClientItems.ENTRIES).stream().map(ReceivedClients::object)
                        .map(place -> new Next.Place((String) place.get(ClientItems.BOX),
                                (String) place.get(ClientItems.NAME)))
                        .toList());
    }

    private static List<SuspendedClient.Unread> unread(Map<String, Object> node) {
        return list(node, ClientItems.UNREAD).stream().map(List.class::cast)
                .map(sent -> new SuspendedClient.Unread(((Long) sent.get(0)).intValue(),
                        ((Long) sent.get(1)).intValue()))
                .toList();
    }

    private static Set<HandleRight> rights(Map<String, Object> handle) {
        var rights = EnumSet.noneOf(HandleRight.class);
        for (Object word : list(handle, ClientItems.RIGHTS)) {
            rights.add(HandleRight.of((String) word).orElseThrow(IllegalArgumentException::new));
        }
        return rights;
    }

    private static PeerCredentials peer(Map<String, Object> node) {
        var groups = new HashSet<Integer>();
        list(node, ClientItems.GROUPS).forEach(group -> groups.add(((Long) group).intValue()));
        return new PeerCredentials(((Long) node.get(ClientItems.PID)).intValue(), id(node, ClientItems.UID),
                id(node, ClientItems.GID), groups);
    }

    private static int id(Map<String, Object> node, String field) {
        return ((Long) node.get(field)).intValue();
    }

    private static List<?> list(Map<String, Object> node, String field) {
        return (List<?>) node.get(field);
    }

    /// Null of null.
    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    @Override
    public void close() {
        clients.values().forEach(client -> client.descriptors().forEach(OwnedFd::close));
        clients.clear();
    }
}
