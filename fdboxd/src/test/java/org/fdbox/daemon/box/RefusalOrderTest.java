package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.EVE;
import static org.fdbox.daemon.support.Users.NOBODY;
import static org.fdbox.daemon.support.Users.ROOT;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.fdbox.daemon.box.Handout.Purpose;
import org.fdbox.daemon.policy.Policy;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.PeerCredentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Where several things are wrong, the first of the order that fdbox-semantics.md gives is told: a stranger
/// learns nothing.
@ExtendWith(NothingLeaks.class)
class RefusalOrderTest {

    private final Shelves shelves = new Shelves(Allowing.limits(2, 1));
    private final LeaseHolder holder = new LeaseHolder();

    @BeforeEach
    void aFullBoxOfAlices() throws Refused {
        shelves.store().create(ALICE, "b", 0704);
        shelves.put(ALICE, "b", "e");
    }

    @AfterEach
    void empty() {
        shelves.boxes.handouts().giveBack(holder);
        shelves.close();
    }

    @Test
    void whoHasNoRightAtAllDoesNotLearnThatTheBoxExists() throws Refused {
        shelves.store().setAccess(ALICE, "b", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(0700));
        assertThatThrownBy(() -> shelves.put(EVE, "b", "e")).isInstanceOf(Refused.NoSuchBox.class);
        assertThatThrownBy(() -> get(EVE, "e")).isInstanceOf(Refused.NoSuchBox.class);
        assertThatThrownBy(() -> shelves.boxes.looks().look(Caller.of(EVE), "b"))
                .isInstanceOf(Refused.NoSuchBox.class);
        assertThatThrownBy(() -> shelves.delete(EVE, "b")).isInstanceOf(Refused.NoSuchBox.class);
        assertThat(shelves.store().list(Caller.of(EVE))).isEmpty();
    }

    @Test
    void whoMayOnlyListIsRefusedBeforeTheSealIsLookedAt() throws Refused {
        shelves.seal("b");
        assertThatThrownBy(() -> shelves.put(EVE, "b", "e")).isInstanceOf(Refused.AccessDenied.class);
        assertThatThrownBy(() -> get(EVE, "nothing")).isInstanceOf(Refused.AccessDenied.class);
        assertThatThrownBy(() -> shelves.store().drop(Caller.of(EVE), "b", "e"))
                .isInstanceOf(Refused.AccessDenied.class);
    }

    @Test
    void putTellsSealThenNameThenDuplicateThenQuota() throws Refused {
        assertThatThrownBy(() -> shelves.put(ALICE, "b", "a/b")).isInstanceOf(Refused.InvalidName.class);
        assertThatThrownBy(() -> shelves.put(ALICE, "b", "e")).isInstanceOf(Refused.FdExists.class);
        assertThatThrownBy(() -> shelves.put(ALICE, "b", "f")).isInstanceOf(Refused.QuotaExceeded.class);
        shelves.seal("b");
        assertThatThrownBy(() -> shelves.put(ALICE, "b", "a/b")).isInstanceOf(Refused.BoxSealed.class);
    }

    @Test
    void getTellsSealThenAbsenceThenPendingThenLease() throws Refused {
        assertThatThrownBy(() -> get(ALICE, "nothing")).isInstanceOf(Refused.NoSuchFd.class);
        shelves.handOut(ALICE, "b", Purpose.LEASE, holder, "e").sent();
        assertThatThrownBy(() -> get(ALICE, "e")).isInstanceOf(Refused.FdLeased.class);
        shelves.boxes.handouts().giveBack(holder);
        shelves.seal("b");
        assertThatThrownBy(() -> get(ALICE, "nothing")).isInstanceOf(Refused.BoxSealed.class);
    }

    @Test
    void tooManyAtOnceIsToldBeforeAnythingIsMarked() throws Refused {
        shelves.policy.set(Policy.of(Allowing.limits(2, 5)));
        shelves.put(ALICE, "b", "f");
        assertThatThrownBy(() -> shelves.boxes.handouts()
                .start(Caller.of(ALICE), "b", Optional.empty(), Purpose.TAKE, holder, 1))
                .isInstanceOf(Refused.TooManyFileDescriptors.class);
        get(ALICE, "e");
        assertThat(shelves.names("b")).containsExactly("f");
    }

    @Test
    void makingABoxTellsWhoThenNameThenDuplicateThenQuota() throws Refused {
        assertThatThrownBy(() -> shelves.store().create(NOBODY, "a/b", 0700))
                .isInstanceOf(Refused.AccessDenied.class);
        assertThatThrownBy(() -> shelves.store().create(ALICE, "", 0700))
                .isInstanceOf(Refused.InvalidName.class);
        shelves.store().create(ALICE, "c", 0700);
        assertThatThrownBy(() -> shelves.store().create(ALICE, "c", 0700))
                .isInstanceOf(Refused.BoxExists.class);
        assertThatThrownBy(() -> shelves.store().create(ALICE, "d", 0700))
                .isInstanceOf(Refused.QuotaExceeded.class);
    }

    @Test
    void theNameOfABoxThatIsOnlyCarriedAlongIsTaken() {
        shelves.boxes.seals().reserve(Set.of("carried"));
        assertThatThrownBy(() -> shelves.store().create(ROOT, "carried", 0700))
                .isInstanceOf(Refused.BoxExists.class);
    }

    @Test
    void aRefusedPutOfSeveralStoresNoneOfThem() throws Refused {
        shelves.policy.set(Policy.of(Allowing.limits(2, 5)));
        var good = Shelves.pending("new", ALICE);
        var taken = Shelves.pending("e", ALICE);
        assertThatThrownBy(() -> shelves.store().put(Caller.of(ALICE), "b", List.of(good, taken), false))
                .isInstanceOf(Refused.FdExists.class);
        assertThat(shelves.names("b")).containsExactly("e");
    }

    private void get(PeerCredentials who, String name) throws Refused {
        shelves.handOut(who, "b", Purpose.TAKE, holder, name).sent();
    }
}
