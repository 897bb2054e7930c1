package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.Policy;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.daemon.policy.Rule;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.protocol.Refused;
import org.junit.jupiter.api.Test;

/// Connections, and what waits at them, are bounded by the rule of whoever has them, and by the numbers of the process.
class IntakeTest {

    private static final int ROOM = 968;

    private final DescriptorBudget budget = new DescriptorBudget(1024, 24);

    private Intake intake(int connections) {
        var few = new Limits(1, 1, 1, connections, 1);
        var rule =
                new Rule("Alice's", Set.of(ALICE.uid()), Set.of(), Optional.empty(), Optional.empty(), few);
        var policy = new Policy(List.of(rule), Allowing.limits(1, 1));
        return new Intake(new PolicyInForce(policy), new Intake.Limits(100, 150), budget);
    }

    @Test
    void oneUserHasSoManyConnections() {
        Intake intake = intake(2);
        assertThat(intake.connect(ALICE)).isEmpty();
        assertThat(intake.connect(ALICE)).isEmpty();
        assertThat(intake.connect(ALICE).orElseThrow()).isInstanceOfSatisfying(Refused.QuotaExceeded.class,
                full -> assertThat(full.parameters()).containsEntry("limit", "connections")
                        .containsEntry("value", 2L));
        assertThat(intake.connect(BOB)).isEmpty();
        intake.disconnect(ALICE.uid());
        assertThat(intake.connect(ALICE)).isEmpty();
    }

    @Test
    void aFullProcessTakesNoMoreUntilOneIsClosed() {
        Intake intake = intake(1);
        for (int i = 0; i < ROOM; i++) {
            assertThat(intake.connect(BOB)).isEmpty();
        }
        assertThat(intake.connect(ALICE)).containsInstanceOf(Refused.OutOfFileDescriptors.class);
        intake.disconnect(BOB.uid());
        assertThat(intake.connect(ALICE)).isEmpty();
    }

    @Test
    void receivedDescriptorsCountUntilTheyAreGone() {
        Intake intake = intake(1);
        intake.arrived(ROOM);
        assertThat(intake.connect(BOB)).containsInstanceOf(Refused.OutOfFileDescriptors.class);
        intake.gone(1);
        assertThat(intake.connect(BOB)).isEmpty();
    }

    @Test
    void whatWaitsIsBoundedForEachAndInAll() {
        Intake intake = intake(1);
        intake.connect(ALICE);
        intake.connect(BOB);
        assertThat(intake.waiting(ALICE.uid(), 100, 0)).isTrue();
        assertThat(intake.waiting(ALICE.uid(), 1, 0)).isFalse();
        assertThat(intake.waiting(BOB.uid(), 49, 0)).isTrue();
        assertThat(intake.waiting(BOB.uid(), 1, 0)).isFalse();
        assertThat(intake.waiting(ALICE.uid(), -101, 0)).isTrue();
        assertThat(intake.waiting(BOB.uid(), 50, 0)).isTrue();
    }
}
