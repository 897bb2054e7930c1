package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;

import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Numbers are kept in reserve: entries stop first, connections later, and receiving never.
@ExtendWith(NothingLeaks.class)
class DescriptorBudgetTest {

    private static int most(BooleanSupplier add) {
        int count = 0;
        while (add.getAsBoolean()) {
            count++;
        }
        return count;
    }

    @ParameterizedTest(name = "of {0} with {1} in use, {2} entries or {3} connections")
    @CsvSource({
        "1024, 24, 936, 968", "65536, 36, 63452, 64476", "100, 20, 55, 68", "20, 30, 0, 0",
        "1000000, 0, 968750, 984375"
    })
    void aThirtySecondIsKeptAndSixtyFourAtLeast(int limit, int inUse, int entries, int connections) {
        var first = new DescriptorBudget(limit, inUse);
        assertThat(most(() -> first.addEntries(1))).isEqualTo(entries);
        var second = new DescriptorBudget(limit, inUse);
        assertThat(most(second::addConnection)).isEqualTo(connections);
    }

    @Test
    void entriesAndConnectionsUseTheSameNumbers() {
        var budget = new DescriptorBudget(1024, 24);
        assertThat(budget.addEntries(936)).isTrue();
        assertThat(budget.addEntries(1)).isFalse();
        assertThat(most(budget::addConnection)).as("a full daemon still accepts").isEqualTo(32);
        budget.release(32);
        assertThat(budget.addEntries(1)).isFalse();
        budget.release(1);
        assertThat(budget.addEntries(1)).isTrue();
    }

    @Test
    void whatDoesNotFitIsNotCounted() {
        var budget = new DescriptorBudget(1024, 24);
        assertThat(budget.addEntries(937)).isFalse();
        assertThat(budget.addEntries(936)).isTrue();
    }

    @Test
    void whatWasRecoveredCountsAlsoWhereThereIsNoRoom() {
        var budget = new DescriptorBudget(1024, 24);
        budget.addAnyway(940);
        assertThat(budget.addEntries(1)).isFalse();
        budget.release(4);
        assertThat(budget.addEntries(1)).isFalse();
        budget.release(1);
        assertThat(budget.addEntries(1)).isTrue();
    }

    /// They had their numbers already when they came.
    @Test
    void whatIsStoredOfAMessageDoesNotCountTwice() {
        var budget = new DescriptorBudget(1024, 24);
        budget.addTransit(253);
        assertThat(budget.addEntries(936 - 100)).isTrue();
        budget.addTransit(-153);
        assertThat(budget.addEntries(101)).isFalse();
        assertThat(budget.addEntries(100)).isTrue();
        budget.addTransit(-100);
        assertThat(budget.addEntries(1)).isFalse();
    }

    @Test
    void descriptorsOfMessagesLeaveLessForConnections() {
        var budget = new DescriptorBudget(1024, 24);
        budget.addTransit(960);
        assertThat(most(budget::addConnection)).isEqualTo(8);
        assertThat(budget.hasRoomForTransit()).isTrue();
        budget.addTransit(17);
        assertThat(budget.hasRoomForTransit()).isFalse();
    }

    @Test
    void aFullDaemonRefusesToStoreAndTheDescriptorStaysTheCallers() throws Refused {
        var budget = new DescriptorBudget(100, 99);
        var boxes = Boxes.empty(Allowing.entries(10, 50), budget, (held, _, closed) -> {
            held.fd().close();
            closed.run();
        }, Events.NONE, InstantSource.system(), Safekeeping.NONE);
        boxes.store().create(ALICE, "b", 0700);
        try (OwnedFd fd = Memfd.create("x")) {
            var entry = new Entry("e", new Content.Held(fd, Shelves.KIND), ALICE, 1);
            assertThatThrownBy(() -> boxes.store().put(Caller.of(ALICE), "b", List.of(entry), false))
                    .isInstanceOfSatisfying(Refused.OutOfFileDescriptors.class,
                            full -> assertThat(full.parameters()).containsEntry("limit", 100));
            assertThat(fd.isOpen()).isTrue();
            assertThat(boxes.store().list(Caller.of(ALICE))).extracting("entries").containsExactly(0);
        }
    }
}
