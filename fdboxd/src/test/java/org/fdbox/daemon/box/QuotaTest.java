package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;
import static org.fdbox.daemon.support.Users.ROOT;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.fdbox.daemon.box.Handout.Purpose;
import org.fdbox.daemon.policy.Glob;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.Policy;
import org.fdbox.daemon.policy.Rule;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.PeerCredentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a user holds is charged to the one who put it or owns it, and released exactly.
@ExtendWith(NothingLeaks.class)
class QuotaTest {

    private static final int BOXES = 2;
    private static final int ENTRIES = 3;

    private final Shelves shelves = new Shelves(Allowing.limits(BOXES, ENTRIES));
    private final LeaseHolder holder = new LeaseHolder();

    @BeforeEach
    void aBoxForAll() throws Refused {
        shelves.store().create(ROOT, "b", 0777);
    }

    @AfterEach
    void empty() {
        shelves.boxes.handouts().giveBack(holder);
        shelves.close();
    }

    private void fill(PeerCredentials who) throws Refused {
        for (int i = 0; i < ENTRIES; i++) {
            shelves.put(who, "b", who.uid() + "-" + i);
        }
        assertFull(who);
    }

    private void assertFull(PeerCredentials who) {
        assertThatThrownBy(() -> shelves.put(who, "b", "more"))
                .isInstanceOfSatisfying(Refused.QuotaExceeded.class, full -> assertThat(full.parameters())
                        .containsEntry("limit", "entries").containsEntry("value", (long) ENTRIES));
    }

    /// That exactly one place has become free.
    private void assertOneFree(PeerCredentials who) throws Refused {
        shelves.put(who, "b", "again");
        assertFull(who);
    }

    @Test
    void eachUserHasAQuotaOfItsOwn() throws Refused {
        fill(ALICE);
        fill(BOB);
    }

    @Test
    void takingFreesThePlaceOfWhoPutItAndNotOfWhoTook() throws Refused {
        fill(ALICE);
        fill(BOB);
        shelves.handOut(BOB, "b", Purpose.TAKE, holder, "1000-0").sent();
        assertFull(BOB);
        assertOneFree(ALICE);
    }

    @Test
    void anEntryOnItsWayOutStillCounts() throws Refused {
        fill(ALICE);
        Handout handout = shelves.handOut(ALICE, "b", Purpose.LEASE, holder, "1000-0");
        assertFull(ALICE);
        handout.sent();
        assertFull(ALICE);
        shelves.boxes.handouts().confirm(holder, handout.leaseId().orElseThrow());
        assertOneFree(ALICE);
    }

    @Test
    void droppingFreesAPlace() throws Refused {
        fill(ALICE);
        shelves.store().drop(Caller.of(BOB), "b", "1000-1");
        assertOneFree(ALICE);
    }

    @Test
    void replacingChargesTheNewPutterAndFreesTheOldOne() throws Refused {
        fill(ALICE);
        shelves.put(BOB, "b", "1000-1", true);
        assertOneFree(ALICE);
        shelves.put(BOB, "b", "bob1");
        shelves.put(BOB, "b", "bob2");
        assertFull(BOB);
    }

    @Test
    void deletingABoxFreesEverythingInIt() throws Refused {
        shelves.store().create(ALICE, "own", 0700);
        for (int i = 0; i < ENTRIES; i++) {
            shelves.put(ALICE, "own", "e" + i);
        }
        assertFull(ALICE);
        shelves.delete(ALICE, "own");
        fill(ALICE);
    }

    @Test
    void aRefusedPutChargesNothing() throws Refused {
        shelves.put(ALICE, "b", "e");
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> shelves.put(ALICE, "b", "e")).isInstanceOf(Refused.FdExists.class);
        }
        shelves.put(ALICE, "b", "f");
        assertOneFree(ALICE);
    }

    @Test
    void aBoxThatIsGivenAwayCountsForItsNewOwner() throws Refused {
        shelves.store().create(ALICE, "a1", 0700);
        shelves.store().create(ALICE, "a2", 0700);
        assertThatThrownBy(() -> shelves.store().create(ALICE, "a3", 0700))
                .isInstanceOf(Refused.QuotaExceeded.class);
        give("a1", BOB);
        shelves.store().create(ALICE, "a3", 0700);
        give("a2", BOB);
        assertThatThrownBy(() -> give("a3", BOB)).isInstanceOf(Refused.QuotaExceeded.class);
        assertThat(shelves.store().list(Caller.of(BOB))).extracting("name").containsExactly("a1", "a2", "b");
    }

    private void give(String box, PeerCredentials to) throws Refused {
        shelves.store().setAccess(ROOT, box, OptionalInt.of(to.uid()), OptionalInt.empty(),
                OptionalInt.empty());
    }

    @Test
    void whatIsRecoveredCountsAlsoWhereItIsTooMuch() throws Refused {
        var entries = List.of(
                Shelves.pending("p0", ALICE), Shelves.pending("p1", ALICE), Shelves.pending("p2", ALICE),
                Shelves.pending("p3", ALICE));
        shelves.boxes.seals().recover("old", new Access(ALICE.uid(), ALICE.gid(), 0700), 1, true, entries,
                Optional.empty());
        assertFull(ALICE);
        shelves.store().drop(Caller.of(ALICE), "old", "p0");
        assertFull(ALICE);
        shelves.store().drop(Caller.of(ALICE), "old", "p1");
        assertOneFree(ALICE);
    }

    @Test
    void newLimitsCountFromNowOnAndTakeNothingAway() throws Refused {
        fill(ALICE);
        shelves.policy.set(Policy.of(Allowing.limits(BOXES, 1)));
        assertThat(shelves.names("b")).hasSize(ENTRIES);
        shelves.policy.set(Policy.of(Allowing.limits(BOXES, ENTRIES + 1)));
        shelves.put(ALICE, "b", "again");
    }

    private void rule(Optional<List<Glob>> boxes, Limits limits) {
        var rule = new Rule("Alice's", Set.of(ALICE.uid()), Set.of(), boxes, Optional.empty(), limits);
        shelves.policy.set(new Policy(List.of(rule), Allowing.limits(BOXES, ENTRIES)));
    }

    /// Nobody learns whether a box is there whose name they may not have.
    @Test
    void theNameIsAskedForBeforeTheBox() throws Refused {
        rule(Optional.of(List.of(new Glob("a-*"))), Allowing.limits(BOXES, ENTRIES));
        for (String name : List.of("b", "c")) {
            assertThatThrownBy(() -> shelves.store().create(ALICE, name, 0700))
                    .isInstanceOfSatisfying(Refused.AccessDenied.class, denied -> assertThat(
                            denied.parameters()).containsEntry("right", "create"));
        }
        shelves.store().create(ALICE, "a-1", 0700);
        shelves.store().create(BOB, "c", 0700);
    }

    @Test
    void eachLeaseCountsUntilItEndsHoweverItEnds() throws Refused {
        fill(ALICE);
        fill(BOB);
        rule(Optional.empty(), new Limits(BOXES, ENTRIES, 2, 1, 0));
        Handout first = shelves.handOut(ALICE, "b", Purpose.LEASE, holder, "1000-0");
        first.sent();
        Handout empty = shelves.handOut(ALICE, "b", Purpose.LEASE, holder);
        empty.sent();
        assertNoLease();
        shelves.handOut(BOB, "b", Purpose.LEASE, holder, "1001-0").sent();
        shelves.boxes.handouts().confirm(holder, empty.leaseId().orElseThrow());
        Handout lost = shelves.handOut(ALICE, "b", Purpose.LEASE, holder, "1000-1");
        assertNoLease();
        lost.failed();
        lost.failed();
        shelves.handOut(ALICE, "b", Purpose.LEASE, holder, "1000-1").sent();
        assertNoLease();
        shelves.boxes.handouts().giveBack(holder);
        shelves.handOut(ALICE, "b", Purpose.LEASE, holder, "1000-1").sent();
        shelves.handOut(ALICE, "b", Purpose.LEASE, holder, "1000-2").sent();
        assertNoLease();
    }

    private void assertNoLease() {
        assertThatThrownBy(() -> shelves.handOut(ALICE, "b", Purpose.LEASE, holder))
                .isInstanceOfSatisfying(Refused.QuotaExceeded.class, full -> assertThat(full.parameters())
                        .containsEntry("limit", "leases").containsEntry("value", 2L));
    }
}
