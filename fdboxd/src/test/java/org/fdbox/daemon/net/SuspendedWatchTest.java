package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ALICE;

import java.util.List;
import java.util.Optional;
import org.fdbox.daemon.net.Served.Way;
import org.fdbox.daemon.succession.Next;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Who watches is told everything, without a gap and with nothing twice, when everybody was suspended.
class SuspendedWatchTest extends SuspendableDaemon {

    private static final Request WATCH = new Request.Monitor(Optional.empty());

    private long sequence;

    /// Of a daemon that is served from now on.
    private Peer watcher() throws Exception {
        Peer alice = served.join(ALICE);
        served.start();
        alice.sendMore(WATCH);
        assertThat(event(alice)).isEqualTo("ready");
        return alice;
    }

    /// The next event, whose number must be the next one.
    private String event(Peer peer) throws Exception {
        var happened = (Reply.Happened) peer.reply(WATCH);
        assertThat(happened.sequence()).isEqualTo(sequence++);
        return happened.event() + happened.name().map(name -> " " + name).orElse("")
                + (happened.missed().isPresent() ? " " + happened.missed().getAsLong() : "");
    }

    private void putAll(int from, int to) throws Refused {
        for (int i = from; i < to; i++) {
            desk.call(ALICE, put("e" + i), fd);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoWatchesIsToldEverythingInItsOrder(Way way) throws Exception {
        try (Peer alice = watcher()) {
            putAll(0, 100);
            served.pass(way);
            putAll(100, 200);
            for (int i = 0; i < 200; i++) {
                assertThat(event(alice)).isEqualTo("put e" + i);
                if (i % 50 == 0) {
                    served.pass(way);
                }
            }
            served.pass(way);
            putAll(200, 201);
            assertThat(event(alice)).isEqualTo("put e200");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasMissedIsCounted(Way way) throws Exception {
        try (Peer alice = watcher()) {
            putAll(0, 2000);
            served.pass(way);
            putAll(2000, 2001);
            int told = 0;
            String event = event(alice);
            for (; event.equals("put e" + told); event = event(alice)) {
                told++;
            }
            assertThat(told).isGreaterThan(1000);
            assertThat(event).isEqualTo("missed " + (2000 - told));
            assertThat(event(alice)).isEqualTo("put e2000");
        }
    }

    @Test
    void whatTheDaemonAnnouncesMeanwhileComesAfterwards() throws Exception {
        try (Peer alice = watcher()) {
            putAll(0, 50);
            Next next = served.suspend().getFirst().next();
            assertThat(next).isEqualTo(new Next.Watches(Optional.empty(), 51));
            desk.save();
            assertThat(served.suspend().getFirst().next()).isEqualTo(next);
            Way.HERE.go(served);
            for (int i = 0; i < 50; i++) {
                assertThat(event(alice)).isEqualTo("put e" + i);
            }
            assertThat(List.of(event(alice), event(alice), event(alice)))
                    .containsExactly("handoverPlanned", "freezing", "committed");
        }
    }
}
