package org.fdbox.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Happening;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.NoLeak;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Being told what happens.
@ExtendWith(NoLeak.class)
class WatchTest {

    private static Reply.Happened happened(String event, long sequence) {
        return new Reply.Happened(event, Optional.of("b"), Optional.empty(), OptionalInt.of(7), sequence,
                OptionalLong.empty(), OptionalLong.empty());
    }

    private static Peer telling(String... events) {
        return Peer.answering((me, _, _) -> {
            for (int i = 0; i < events.length; i++) {
                me.replyAndContinue(happened(events[i], i));
            }
        });
    }

    @Test
    void eachEventInTurn() throws Exception {
        try (var peer = telling("ready", "put", "unheard of");
                Watch watch = peer.client().monitor(Optional.of("b"))) {
            assertThat(watch.next()).isEqualTo(happened("ready", 0));
            assertThat(watch.next()).isEqualTo(happened("put", 1));
            assertThat(Happening.of(watch.next().event())).isEmpty();
            assertThat(peer.calls())
                    .containsExactly(new Call(new Request.Monitor(Optional.of("b")), true, false));
        }
    }

    @Test
    void whoWaitsIsWokenByItsEnd() throws Exception {
        try (var peer = telling("ready")) {
            Watch watch = peer.client().monitor(Optional.empty());
            watch.next();
            var waiting = new FutureTask<>(watch::next);
            Thread.ofPlatform().start(waiting);
            watch.close();
            assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(ConnectionLostException.class);
            peer.awaitEnd();
        }
    }

    @Test
    void aRefusalLeavesTheClientAsItWas() throws Exception {
        try (var peer = Peer.answering((me, request, _) -> {
            if (request instanceof Request.Monitor) {
                me.refuse(new Refused.NoSuchBox("b"));
            } else {
                me.reply(new Reply.Boxes(List.of()));
            }
        })) {
            assertThatThrownBy(() -> peer.client().monitor(Optional.of("b")))
                    .isInstanceOf(Refused.NoSuchBox.class);
            assertThat(peer.client().listBoxes()).isEmpty();
        }
    }
}
