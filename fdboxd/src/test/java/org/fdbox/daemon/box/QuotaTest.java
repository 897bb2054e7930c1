package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;
import static org.fdbox.daemon.support.Users.ROOT;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdbox.daemon.box.Handout.Purpose;
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

    private final Shelves shelves = new Shelves(new Limits(BOXES, ENTRIES));
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
        shelves.store().setLimits(new Limits(BOXES, 1));
        assertThat(shelves.names("b")).hasSize(ENTRIES);
        shelves.store().setLimits(new Limits(BOXES, ENTRIES + 1));
        shelves.put(ALICE, "b", "again");
    }
}
