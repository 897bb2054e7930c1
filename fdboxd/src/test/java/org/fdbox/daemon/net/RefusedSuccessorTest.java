package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.fdbox.daemon.support.Users.ROOT;

import java.util.List;
import java.util.stream.Stream;
import org.fdbox.daemon.support.Await;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whoever may not follow this daemon now leaves nothing behind: a spare asks again and again.
class RefusedSuccessorTest extends SuspendableDaemon {

    static Stream<Request> calls() {
        return Stream.of(new Request.TakeOver(List.of(1)), new Request.Attach(List.of(1)));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void itsConnectionCountsUntilItIsClosed(Request call) throws Exception {
        int room = served.budget.roomForEntries();
        try (Peer successor = served.join(ROOT)) {
            served.start();
            successor.sendMore(call);
            assertThatExceptionOfType(Refused.HandoverInProgress.class)
                    .isThrownBy(() -> successor.reply(call));
            assertThat(successor.isEnded()).isTrue();
            Await.until("nothing is counted any more", () -> served.budget.roomForEntries() == room);
        }
    }
}
