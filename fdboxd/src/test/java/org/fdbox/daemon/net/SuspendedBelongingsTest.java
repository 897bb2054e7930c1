package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.fdbox.daemon.support.Users.ALICE;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.net.Served.Way;
import org.fdbox.daemon.succession.Next;
import org.fdbox.daemon.succession.SuspendedClient;
import org.fdbox.daemon.support.Await;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Of a connection that is suspended, all is kept that it has, and nothing counts twice.
class SuspendedBelongingsTest extends SuspendableDaemon {

    @ParameterizedTest
    @EnumSource
    void aHandleReachesItsBoxUntilThatEnds(Way way) throws Exception {
        var open = new Request.OpenBox("b", Optional.empty());
        try (Peer alice = served.join(ALICE)) {
            served.start();
            OwnedFd end;
            try (Peer.Received received = alice.receive(sent(alice, open))) {
                end = received.descriptors().getFirst().take();
            }
            try (Peer handle = new Peer(end)) {
                assertThat(served.suspend()).anySatisfy(
                        client -> assertThat(client.inodes()).hasSize(2));
                way.go(served);
                assertThat(handle.call(put("x"), fd)).isInstanceOf(Reply.Stored.class);
                assertThatExceptionOfType(Refused.class)
                        .isThrownBy(() -> alice.call(put("y"), handle.socket()))
                        .withMessageContaining("it is a handle to a box of this daemon");
                alice.call(new Request.DeleteBox("b"));
                assertThat(handle.isEnded()).isTrue();
            }
        }
    }

    @Test
    void whoCalledUpgradeIsAnsweredByTheSuccessor() throws Exception {
        try (Peer alice = served.join(ALICE, List.of(), new Next.Upgrades())) {
            served.start();
            // Of any call with a reply of that kind.
            assertThat(alice.reply(new Request.DeleteBox("b"))).isEqualTo(Served.UPGRADED);
            assertThat(alice.call(INFO)).isInstanceOf(Reply.Info.class);
        }
    }

    @Test
    void whoWasToBeCutOffIsAfterTheLastReply() throws Exception {
        var last = new SuspendedClient.Outbound(
                Codec.encodeReply(new Reply.Released(1), false), List.of());
        try (Peer alice = served.join(ALICE, List.of(last), new Next.Ends())) {
            served.start();
            assertThat(alice.reply(new Request.DeleteBox("b"))).isEqualTo(new Reply.Released(1));
            assertThat(alice.isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingCountsTwice(Way way) throws Exception {
        int room = served.budget.roomForEntries();
        try (Peer alice = served.join(ALICE); Peer other = served.connect()) {
            served.start();
            alice.send("{\"method\"".getBytes(StandardCharsets.UTF_8), fd);
            other.call(INFO);
            served.pass(way);
            served.pass(way);
            Await.until("both are served", () -> served.budget.roomForEntries() == room - 2);
            assertThat(other.call(INFO)).isInstanceOf(Reply.Info.class);
        }
        Await.until("all is given back", () -> served.budget.roomForEntries() == room);
    }

    @ParameterizedTest
    @EnumSource
    void leasesStayWhereTheyAre(Way way) throws Exception {
        desk.call(ALICE, put("x"), fd);
        desk.call(ALICE, put("y"), fd);
        try (Peer alice = served.join(ALICE)) {
            served.start();
            var lease = new Request.Get("b", "x", false, true);
            String id;
            try (Peer.Received received = alice.receive(sent(alice, lease))) {
                id = ((Reply.Handed) received.reply()).lease().orElseThrow();
            }
            alice.receive(sent(alice, new Request.Get("b", "y", false, true))).close();
            served.pass(way);
            assertThat(alice.call(new Request.Confirm(id))).isEqualTo(new Reply.Done());
            assertThat(desk.names("b")).containsExactly("y");
        }
        Await.until("the other is back", () -> isBack("y"));
    }

    /// Takes it out, if it is.
    private boolean isBack(String name) throws Refused {
        try {
            return desk.call(ALICE, new Request.Drop("b", name)).equals(new Reply.Done());
        } catch (Refused.FdLeased stillOut) {
            return false;
        }
    }

    @Test
    void whoIsSuspendedWhenTheServerEndsIsNotTold() throws Exception {
        try (Peer alice = served.join(Users.ROOT)) {
            served.start();
            alice.call(INFO);
            try (OwnedFd other = served.suspend().getFirst().socket().dup()) {
                served.end();
                alice.send(INFO);
                assertThat(new Peer(other.dup())).satisfies(end -> {
                    try (end) {
                        end.send(Codec.encodeReply(new Reply.Released(1), false));
                    }
                });
                assertThat(alice.reply(new Request.DeleteBox("b"))).isEqualTo(new Reply.Released(1));
            }
        }
    }

    private static Request sent(Peer peer, Request request) {
        peer.send(request);
        return request;
    }

    @ParameterizedTest
    @EnumSource
    void whoGoesMeanwhileGivesBackWhatItHad(Way way) throws Exception {
        int room = served.budget.roomForEntries();
        desk.call(ALICE, put("x"), fd);
        try (Peer alice = served.join(ALICE)) {
            served.start();
            alice.receive(sent(alice, new Request.Get("b", "x", false, true))).close();
            served.suspend();
        }
        way.go(served);
        Await.until("what it had on lease is back", () -> isBack("x"));
        Await.until("its connection is over", () -> served.budget.roomForEntries() == room);
    }

    @Test
    void aHandleOfAnotherProcessIsKnown() throws Exception {
        var handle = (BoxHandle) desk.open(desk.session(ALICE), "b", Optional.empty()).caller();
        try (Peer holder = served.join(handle); Peer alice = served.join(ALICE)) {
            served.start();
            assertThat(holder.call(put("x"), fd)).isInstanceOf(Reply.Stored.class);
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> alice.call(put("y"), holder.socket()))
                    .withMessageContaining("it is a handle to a box of this daemon");
            alice.call(new Request.DeleteBox("b"));
            assertThat(holder.isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasNotReadIsStillKnown(Way way) throws Exception {
        desk.call(ALICE, put("x"), fd);
        Request copy = new Request.Get("b", "x", true, false);
        try (Peer alice = served.join(ALICE)) {
            served.start();
            alice.send(copy);
            alice.send(copy);
            Await.until("both have left", () -> {
                boolean there = served.suspend().getFirst().unread().size() == 2;
                served.running().resume();
                return there;
            });
            served.pass(way);
            assertThat(served.suspend().getFirst().unread()).hasSize(2)
                    .allSatisfy(sent -> assertThat(sent.descriptors()).isOne());
            way.go(served);
            alice.receive(copy).close();
            alice.receive(copy).close();
        }
    }
}
