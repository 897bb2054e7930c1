package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.dispatch.OwnFiles;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.Policy;
import org.fdbox.daemon.policy.PolicyInForce;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Both ends of a handle are counted, on its opener's account, and let go of.
@ExtendWith(NothingLeaks.class)
class HandleSocketsTest {

    private static final int UID = Users.ALICE.uid();
    /// Of a limit of 80, connections may use 70 and what is on its way 75.
    private static final int LIMIT = 80;
    private static final int FOR_CONNECTIONS = 70;

    private final DescriptorBudget budget = new DescriptorBudget(LIMIT, 0);
    private Path folder;
    private Desk desk;
    private BoxHandle handle;

    @BeforeEach
    void aHandle(@TempDir Path temporary) throws Exception {
        folder = temporary.toRealPath();
        desk = new Desk(folder);
        desk.call(Users.ALICE, new Request.CreateBox("b", OptionalInt.empty()));
        handle = (BoxHandle) desk.open(desk.session(Users.ALICE), "b", Optional.empty()).caller();
    }

    @AfterEach
    void end() {
        desk.close();
    }

    private Intake intake(int connections) {
        var limits = new Limits(100, 100, 100, connections, Limits.UNBOUNDED);
        return new Intake(new PolicyInForce(Policy.of(limits)), new Intake.Limits(100, 100), budget);
    }

    private HandleSockets sockets(Intake intake) throws IOException {
        return new HandleSockets(intake, new OwnFiles(List.of(), folder));
    }

    /// How many connections there is still room for.
    private int room() {
        int room = 0;
        while (budget.addConnection()) {
            room++;
        }
        budget.release(room);
        return room;
    }

    @Test
    void theClientsEndCountsUntilItIsSentAndTheDaemonsUntilItEnds() throws Exception {
        Intake intake = intake(10);
        assertThat(room()).isEqualTo(FOR_CONNECTIONS);
        HandleSockets.Ends ends = sockets(intake).open(handle);
        assertThat(room()).isEqualTo(FOR_CONNECTIONS - 2);
        ends.clients().sent();
        assertThat(ends.clients().socket().isOpen()).isFalse();
        assertThat(room()).isEqualTo(FOR_CONNECTIONS - 1);
        ends.daemons().close();
        intake.disconnect(UID);
        assertThat(room()).isEqualTo(FOR_CONNECTIONS);
    }

    @Test
    void itsOpenerHasItAmongItsConnections() throws Exception {
        Intake intake = intake(2);
        assertThat(intake.connect(Users.ALICE)).isEmpty();
        HandleSockets.Ends ends = sockets(intake).open(handle);
        assertThat(intake.connect(Users.ALICE)).isPresent();
        assertThatThrownBy(() -> sockets(intake).open(handle))
                .isInstanceOfSatisfying(Refused.QuotaExceeded.class, refused -> assertThat(
                        refused.parameters()).containsEntry("limit", "connections"));
        assertThat(intake.connect(Users.BOB)).isEmpty();
        ends.clients().failed();
        ends.daemons().close();
        intake.disconnect(UID);
        intake.disconnect(UID);
        intake.disconnect(Users.BOB.uid());
        assertThat(room()).isEqualTo(FOR_CONNECTIONS);
    }

    @Test
    void aFullDaemonRefusesAndCountsNothing() {
        Intake intake = intake(1000);
        int taken = room() - 1;
        for (int i = 0; i < taken; i++) {
            assertThat(budget.addConnection()).isTrue();
        }
        assertThatThrownBy(() -> sockets(intake).open(handle))
                .isInstanceOf(Refused.OutOfFileDescriptors.class);
        assertThat(room()).isEqualTo(1);
    }
}
