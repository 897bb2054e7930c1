package org.fdbox.daemon.succession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.Handout;
import org.fdbox.daemon.box.LeaseHolder;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A connection is on the other side what it was on this one.
@ExtendWith(NothingLeaks.class)
class ClientItemsTest {

    private static final PeerCredentials WHO = new PeerCredentials(12, -2, 7, Set.of(3, -3));
    private static final Frame NOTHING = new Frame(new byte[0], List.of(), false);

    private Passage passage;
    private final List<SuspendedClient> sent = new ArrayList<>();

    @BeforeEach
    void begin() throws Exception {
        passage = new Passage();
        for (var boxes : List.of(passage.here, passage.there)) {
            boxes.store().create(WHO, "b", 0700);
        }
    }

    @AfterEach
    void end() {
        sent.forEach(SuspendedClient::close);
        passage.close();
    }

    private SuspendedClient client(Caller caller, Next next) {
        var client =
                new SuspendedClient(Fds.memfd("socket"), caller, Set.of(4L, 5L), new LeaseHolder(), List.of(),
                        NOTHING, List.of(), next, List.of());
        sent.add(client);
        return client;
    }

    private SuspendedClient moved(SuspendedClient client) throws Exception {
        try (var clients = new ReceivedClients()) {
            passage.send(ClientItems.of(List.of(client), passage.here.handouts()), clients::apply);
            return clients.all(passage.there).getFirst();
        }
    }

    @Test
    void whoItIsAndWhatItIsForIsTheSame() throws Exception {
        for (Next next : List.of(new Next.Reads(), new Next.Ends(), new Next.Upgrades(),
                new Next.Watches(Optional.empty(), 0), new Next.Watches(Optional.of("b"), Long.MAX_VALUE),
                new Next.Handles("acme,x-v1", List.of(new Next.OpenRequest("7",
                        List.of(new Next.Place("b", "x"), new Next.Place("b", "日本"))))))) {
            try (SuspendedClient moved = moved(client(Caller.of(WHO), next))) {
                assertThat(moved.caller()).isEqualTo(Caller.of(WHO));
                assertThat(moved.inodes()).containsExactlyInAnyOrder(4L, 5L);
                assertThat(moved.next()).isEqualTo(next);
                assertThat(Fds.text(moved.socket())).isEqualTo("socket");
                assertThat(moved.input()).isEmpty();
                assertThat(moved.unfinished().bytes()).isEmpty();
            }
        }
    }

    /// Every byte value, and more descriptors than one part can bring.
    @Test
    void whatIsOnItsWayIsTheSame() throws Exception {
        var bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        try (OwnedFd one = Fds.memfd("one")) {
            var many = new ArrayList<OwnedFd>();
            Collections.addAll(many, one.dup(), Fds.memfd("two"));
            while (many.size() < 253) {
                many.add(one.dup());
            }
            var client = new SuspendedClient(Fds.memfd("socket"), Caller.of(WHO), Set.of(), new LeaseHolder(),
                    List.of(new Frame(bytes, many, false), new Frame(new byte[]{1}, List.of(), true)),
                    new Frame(new byte[]{'{'}, List.of(Fds.memfd("half")), false),
                    List.of(new SuspendedClient.Outbound(bytes, List.of(Fds.memfd("out"))),
                            new SuspendedClient.Outbound(new byte[]{0}, List.of())),
                    new Next.Reads(),
                    List.of(new SuspendedClient.Unread(2, 30), new SuspendedClient.Unread(1, 9)));
            sent.add(client);
            try (SuspendedClient moved = moved(client)) {
                assertThat(moved.input()).hasSize(2);
                assertThat(moved.input().getFirst().bytes()).isEqualTo(bytes);
                assertThat(moved.input().getFirst().descriptors()).hasSize(253);
                assertThat(Fds.text(moved.input().getFirst().descriptors().get(1))).isEqualTo("two");
                assertThat(moved.input().getLast().truncated()).isTrue();
                assertThat(moved.unfinished().bytes()).containsExactly('{');
                assertThat(Fds.text(moved.unfinished().descriptors().getFirst())).isEqualTo("half");
                assertThat(moved.output()).hasSize(2);
                assertThat(moved.output().getFirst().bytes()).isEqualTo(bytes);
                assertThat(Fds.text(moved.output().getFirst().descriptors().getFirst())).isEqualTo("out");
                assertThat(moved.unread()).isEqualTo(client.unread());
            }
        }
    }

    @Test
    void aHandleHasItsRightsAndItsAccount() throws Exception {
        BoxHandle handle =
                passage.here.inventory().reopen("b", Set.of(HandleRight.LIST, HandleRight.SEAL), WHO);
        try (handle; SuspendedClient moved = moved(client(handle, new Next.Reads()))) {
            try (BoxHandle there = (BoxHandle) moved.caller()) {
                assertThat(there.box()).isEqualTo("b");
                assertThat(there.rights()).containsExactly(HandleRight.LIST, HandleRight.SEAL);
                assertThat(there.account()).isEqualTo(WHO);
            }
        }
    }

    @Test
    void leasesAreOpenThere() throws Exception {
        for (var boxes : List.of(passage.here, passage.there)) {
            boxes.store().put(Caller.of(WHO), "b", List.of(Passage.entry("x", WHO, Fds.memfd("x"))), false);
        }
        SuspendedClient client = client(Caller.of(WHO), new Next.Reads());
        Handout handout = passage.here.handouts().start(Caller.of(WHO), "b", Optional.of(List.of("x")),
                Handout.Purpose.LEASE, client.leases(), 253);
        handout.sent();
        try (SuspendedClient moved = moved(client)) {
            assertThat(passage.there.handouts().leases(moved.leases()))
                    .isEqualTo(passage.here.handouts().leases(client.leases())).hasSize(1);
            passage.there.handouts().confirm(moved.leases(), handout.leaseId().orElseThrow());
        }
        passage.here.handouts().giveBack(client.leases());
    }

    @Test
    void whatMakesNoConnectionIsRefusedAndClosed() {
        for (Item item : List.of(
                new Item(Item.CLIENT, Map.of("id", 1L), List.of(Fds.memfd("a"), Fds.memfd("b"))),
                new Item(Item.CLIENT, Map.of("id", "one"), List.of(Fds.memfd("a"))),
                new Item(Item.INPUT, Map.of("client", 9L, "bytes", "AA=="), List.of(Fds.memfd("a"))),
                new Item(Item.OUTPUT, Map.of("bytes", "AA=="), List.of(Fds.memfd("a"))))) {
            try (var clients = new ReceivedClients()) {
                assertThatThrownBy(() -> clients.apply(item)).isInstanceOf(Broken.class);
            }
        }
    }

    @Test
    void aLeaseOfWhatIsNotThereIsRefused() throws Exception {
        try (var clients = new ReceivedClients()) {
            passage.send(
                    ClientItems.of(List.of(client(Caller.of(WHO), new Next.Reads())),
                            passage.here.handouts()),
                    clients::apply);
            clients.apply(new Item(Item.LEASE, Map.of("client", 1L, "id", "1", "box", "b", "names",
                    List.of("absent"), "uid", 0L)));
            assertThatThrownBy(() -> clients.all(passage.there)).isInstanceOf(Malformed.class);
        }
    }
}
