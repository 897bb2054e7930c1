package org.fdbox.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.protocol.Samples;
import org.fdbox.sys.NoLeak;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Several replies to one call.
@ExtendWith(NoLeak.class)
class StreamsTest {

    private static Reply.Saved step(long done) {
        return new Reply.Saved(done, 3, 0, 1, Optional.empty(), Optional.empty());
    }

    private static Peer saving() {
        return Peer.answering((me, request, _) -> {
            if (request instanceof Request.Save) {
                me.replyAndContinue(step(1));
                me.replyAndContinue(step(2));
                me.reply(step(3));
            } else {
                me.reply(new Reply.Boxes(List.of()));
            }
        });
    }

    @Test
    void everyStepIsToldAndTheLastIsTheResult() throws Exception {
        var steps = new ArrayList<Reply.Saved>();
        try (var peer = saving()) {
            assertThat(peer.client().handover().save(Optional.of("/srv"), steps::add)).isEqualTo(step(3));
            assertThat(steps).containsExactly(step(1), step(2), step(3));
            assertThat(peer.calls())
                    .containsExactly(new Call(new Request.Save(Optional.of("/srv")), true, false));
            assertThat(peer.client().listBoxes()).isEmpty();
        }
    }

    @Test
    void aListIsPutTogetherFromItsPages() throws Exception {
        try (var peer = Peer.answering((me, _, _) -> {
            me.replyAndContinue(new Reply.Entries(Samples.BOX, List.of(Samples.PLAIN)));
            me.replyAndContinue(new Reply.Entries(Samples.BOX, List.of()));
            me.reply(new Reply.Entries(Samples.BOX, List.of(Samples.FULL)));
        })) {
            assertThat(peer.client().list("b"))
                    .isEqualTo(new Reply.Entries(Samples.BOX, List.of(Samples.PLAIN, Samples.FULL)));
            assertThat(peer.calls()).containsExactly(new Call(new Request.ListEntries("b"), true, false));
        }
    }

    @Test
    void aRefusalInBetweenIsTheLastReply() throws Exception {
        try (var peer = Peer.answering((me, request, _) -> {
            if (request instanceof Request.Save) {
                me.replyAndContinue(step(1));
                me.refuse(new Refused.HandoverFailed(Optional.of("b"), Optional.empty(), "no space"));
            } else {
                me.reply(new Reply.Boxes(List.of()));
            }
        })) {
            assertThatExceptionOfType(Refused.HandoverFailed.class)
                    .isThrownBy(() -> peer.client().handover().save(Optional.empty(), _ -> {}));
            assertThat(peer.client().listBoxes()).isEmpty();
        }
    }

    @Test
    void anEndInBetweenIsTold() {
        try (var peer = Peer.answering((me, _, _) -> {
            me.replyAndContinue(step(1));
            me.hangUp();
        })) {
            assertThatExceptionOfType(ConnectionLostException.class)
                    .isThrownBy(() -> peer.client().handover().save(Optional.empty(), _ -> {}))
                    .withMessage("the daemon broke off before it answered");
        }
    }

    @Test
    void whoLeavesEarlyEndsTheConnection() throws Exception {
        try (var peer = Peer.answering((me, _, _) -> me.replyAndContinue(step(1)))) {
            assertThatExceptionOfType(ArithmeticException.class).isThrownBy(
                    () -> peer.client().handover().save(Optional.empty(), step -> Math.toIntExact(1L << 40)));
            peer.awaitEnd();
            assertThatExceptionOfType(ConnectionLostException.class)
                    .isThrownBy(() -> peer.client().listBoxes())
                    .withMessage("the connection was lost before; connect anew");
        }
    }

    @Test
    void whoFailsAtTheLastStepMayGoOn() throws Exception {
        try (var peer = saving()) {
            assertThatExceptionOfType(ArithmeticException.class).isThrownBy(
                    () -> peer.client().handover().save(Optional.empty(),
                            step -> Math.toIntExact(step.bytesDone() == 3 ? 1L << 40 : 0)));
            assertThat(peer.client().listBoxes()).isEmpty();
        }
    }

    @Test
    void anotherCallInBetweenIsAFaultOfTheCallers() throws Exception {
        try (var peer = saving()) {
            Consumer<Reply.Saved> nosy = _ -> {
                try {
                    peer.client().listBoxes();
                } catch (Refused | IOException wrong) {
                    throw new AssertionError(wrong);
                }
            };
            assertThatIllegalStateException()
                    .isThrownBy(() -> peer.client().handover().save(Optional.empty(), nosy))
                    .withMessage("the call before this one is not over: its replies are being read");
            peer.awaitEnd();
            assertThat(peer.requests()).hasSize(1);
        }
    }

    @Test
    void closingInBetweenEndsTheCall() {
        try (var peer = saving()) {
            assertThatExceptionOfType(ConnectionLostException.class)
                    .isThrownBy(
                            () -> peer.client().handover().save(Optional.empty(), _ -> peer.client().close()))
                    .withMessage("this client is closed");
        }
    }
}
