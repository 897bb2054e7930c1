package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;

import org.fdbox.daemon.box.Handout.Purpose;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.EntryInfo.State;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A leased entry leaves its box when its holder confirms, and comes back when the holder ends before.
@ExtendWith(NothingLeaks.class)
class LeaseTest {

    private final Shelves shelves = new Shelves();
    private final LeaseHolder holder = new LeaseHolder();
    private OwnedFd one;
    private OwnedFd two;

    @BeforeEach
    void aBoxWithTwo() throws Refused {
        shelves.store().create(ALICE, "b", 0700);
        one = shelves.put(ALICE, "b", "one");
        two = shelves.put(ALICE, "b", "two");
    }

    @AfterEach
    void empty() {
        shelves.boxes.handouts().giveBack(holder);
        shelves.close();
    }

    private String lease(String... names) throws Refused {
        Handout handout = shelves.handOut(ALICE, "b", Purpose.LEASE, holder, names);
        handout.sent();
        return handout.leaseId().orElseThrow();
    }

    private void confirm(LeaseHolder by, String lease) throws Refused {
        shelves.boxes.handouts().confirm(by, lease);
    }

    @Test
    void aLeasedEntryIsListedAsLeasedAndKeepsItsName() throws Refused {
        lease("one");
        assertThat(shelves.state("b", "one")).isEqualTo(State.LEASED);
        assertThat(shelves.state("b", "two")).isEqualTo(State.HELD);
        assertThat(shelves.disposed).isEmpty();
    }

    @Test
    void confirmingTakesAllOfTheLeaseOutAndClosesIt() throws Refused {
        confirm(holder, lease("one", "two"));
        assertThat(shelves.names("b")).isEmpty();
        assertThat(shelves.disposed).containsExactlyInAnyOrder(one, two);
    }

    @Test
    void theEndOfTheHolderBringsEverythingBack() throws Refused {
        lease("one");
        lease("two");
        assertThat(shelves.boxes.handouts().giveBack(holder)).isEqualTo(2);
        assertThat(shelves.state("b", "one")).isEqualTo(State.HELD);
        assertThat(shelves.state("b", "two")).isEqualTo(State.HELD);
        assertThat(shelves.disposed).isEmpty();
        assertThat(shelves.boxes.handouts().giveBack(holder)).isZero();
    }

    @Test
    void whatCameBackCanBeTakenAgain() throws Refused {
        lease("one");
        shelves.boxes.handouts().giveBack(holder);
        confirm(holder, lease("one"));
        assertThat(shelves.names("b")).containsExactly("two");
    }

    @Test
    void somebodyElsesLeaseIsNoLease() throws Refused {
        String lease = lease("one");
        var stranger = new LeaseHolder();
        assertThatThrownBy(() -> confirm(stranger, lease)).isInstanceOf(Refused.NoSuchLease.class);
        assertThat(shelves.state("b", "one")).isEqualTo(State.LEASED);
        shelves.boxes.handouts().giveBack(stranger);
        assertThat(shelves.state("b", "one")).isEqualTo(State.LEASED);
    }

    @Test
    void aLeaseIsConfirmedOnce() throws Refused {
        String lease = lease("one");
        confirm(holder, lease);
        assertThatThrownBy(() -> confirm(holder, lease)).isInstanceOf(Refused.NoSuchLease.class);
        assertThat(shelves.disposed).containsExactly(one);
    }

    @Test
    void aLeaseThatWasGivenBackCannotBeConfirmed() throws Refused {
        String lease = lease("one");
        shelves.boxes.handouts().giveBack(holder);
        assertThatThrownBy(() -> confirm(holder, lease)).isInstanceOf(Refused.NoSuchLease.class);
        assertThat(shelves.names("b")).contains("one");
    }

    @Test
    void aLeaseThatCouldNotBeSentIsNone() throws Refused {
        Handout handout = shelves.handOut(ALICE, "b", Purpose.LEASE, holder, "one");
        handout.failed();
        assertThat(shelves.state("b", "one")).isEqualTo(State.HELD);
        assertThatThrownBy(() -> confirm(holder, handout.leaseId().orElseThrow()))
                .isInstanceOf(Refused.NoSuchLease.class);
    }

    @Test
    void leasesHaveNamesOfTheirOwn() throws Refused {
        assertThat(lease("one")).isNotEqualTo(lease("two"));
    }
}
