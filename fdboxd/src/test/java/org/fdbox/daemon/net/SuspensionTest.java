package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.fdbox.daemon.support.Users.ALICE;

import java.util.ArrayList;
import java.util.Arrays;
import org.fdbox.daemon.net.Served.Way;
import org.fdbox.daemon.succession.SuspendedClient;
import org.fdbox.daemon.support.Await;
import org.fdbox.daemon.support.Fds;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whoever is suspended, in whichever state, is served again as if nothing had been, here or by another server.
class SuspensionTest extends SuspendableDaemon {

    private static final int MANY = 40;

    private static Request take(String name) {
        return new Request.Get("b", name, false, false);
    }

    @ParameterizedTest
    @EnumSource
    void aMessageMayBeUnfinished(Way way) throws Exception {
        try (Peer alice = served.join(ALICE)) {
            served.start();
            byte[] bytes = Codec.encodeCall(Call.of(put("x")));
            alice.send(Arrays.copyOf(bytes, 10), fd);
            Await.until("it has arrived", () -> {
                boolean there = served.suspend().getFirst().unfinished().bytes().length == 10;
                if (!there) {
                    served.running().resume();
                }
                return there;
            });
            assertThat(served.clients().getFirst().unfinished().descriptors()).hasSize(1);
            way.go(served);
            served.pass(way);
            alice.send(Arrays.copyOfRange(bytes, 10, bytes.length));
            assertThat(alice.reply(put("x"))).isInstanceOf(Reply.Stored.class);
            assertThat(desk.text("b", "x")).isEqualTo("r");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSentMeanwhileIsServedAfterwards(Way way) throws Exception {
        try (Peer alice = served.join(ALICE)) {
            served.start();
            alice.call(INFO);
            served.suspend();
            alice.send(put("x"), fd);
            try (Peer another = served.connect()) {
                another.send(INFO);
                assertThat(served.running().isAlive(Served.LONG)).isTrue();
                assertThat(alice.hasNothing()).isTrue();
                assertThat(another.hasNothing()).isTrue();
                way.go(served);
                assertThat(alice.reply(put("x"))).isInstanceOf(Reply.Stored.class);
                assertThat(another.reply(INFO)).isInstanceOf(Reply.Info.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void requestsThatWaitForTheirTurnAreServedInTheirOrder(Way way) throws Exception {
        try (Peer alice = served.join(ALICE)) {
            served.start();
            for (int i = 0; i < MANY; i++) {
                alice.send(put("e" + i), fd);
            }
            served.pass(way);
            for (int i = 0; i < MANY; i++) {
                assertThat(((Reply.Stored) alice.reply(put("e" + i))).entry().name()).isEqualTo("e" + i);
                if (i % 10 == 0) {
                    served.pass(way);
                }
            }
            assertThat(desk.names("b")).hasSize(MANY);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsBeingHandedOutArrivesOnce(Way way) throws Exception {
        for (int i = 0; i < MANY; i++) {
            try (OwnedFd one = red.make("r" + i)) {
                desk.call(ALICE, put("e" + i), one);
            }
        }
        try (Peer alice = served.join(ALICE)) {
            served.start();
            for (int i = 0; i < MANY; i++) {
                alice.send(take("e" + i));
            }
            Await.until("it cannot send more, and has more to serve", () -> {
                boolean there = !served.suspend().getFirst().input().isEmpty();
                if (!there) {
                    served.running().resume();
                }
                return there;
            });
            SuspendedClient suspended = served.clients().getFirst();
            // What was on its way is in its box, and its request is the first to be served.
            assertThat(Codec.decodeCall(suspended.input().getFirst().bytes()).request())
                    .isEqualTo(take(desk.names("b").getFirst()));
            assertThat(suspended.output()).isEmpty();
            way.go(served);
            for (int i = 0; i < MANY; i++) {
                try (Peer.Received received = alice.receive(take("e" + i))) {
                    assertThat(Fds.text(received.descriptors().getFirst())).isEqualTo("r" + i);
                }
                served.pass(way);
            }
            assertThat(desk.names("b")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void pagesThatWereNotReadFollowOneAnother(Way way) throws Exception {
        var expected = new ArrayList<String>();
        for (int i = 0; i < 1000; i++) {
            expected.add("entry" + i);
            desk.call(ALICE, put("entry" + i), fd);
        }
        Request list = new Request.ListEntries("b");
        try (Peer alice = served.join(ALICE)) {
            served.start();
            alice.sendMore(list);
            alice.send(INFO);
            var names = new ArrayList<String>();
            boolean another = true;
            while (another) {
                served.pass(way);
                try (Peer.Received page = alice.receive(list)) {
                    ((Reply.Entries) page.reply()).entries().stream().map(EntryInfo::name)
                            .forEach(names::add);
                    another = page.continues();
                }
            }
            assertThat(names).isEqualTo(expected);
            assertThat(alice.reply(INFO)).isInstanceOf(Reply.Info.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoMessageStillEndsItsConnection(Way way) throws Exception {
        try (Peer alice = served.join(ALICE)) {
            served.start();
            for (int i = 0; i < MANY; i++) {
                alice.send(INFO);
            }
            alice.send("no message\0");
            for (int i = 0; i < MANY; i++) {
                served.pass(way);
                alice.reply(INFO);
            }
            served.pass(way);
            assertThatExceptionOfType(Refused.InvalidParameter.class).isThrownBy(() -> alice.reply(INFO));
            assertThat(alice.isEnded()).isTrue();
        }
    }
}
