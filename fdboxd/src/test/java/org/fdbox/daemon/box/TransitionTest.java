package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;
import static org.fdbox.daemon.support.Users.ROOT;

import java.util.OptionalInt;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Sealing and unsealing happen when everybody agreed, and not at all otherwise; access follows the rules of
/// files.
@ExtendWith(NothingLeaks.class)
class TransitionTest {

    private final Shelves shelves = new Shelves();

    @BeforeEach
    void aBox() throws Refused {
        shelves.store().create(ALICE, "b", 0700);
        shelves.put(ALICE, "b", "e");
    }

    @AfterEach
    void empty() {
        shelves.close();
    }

    private BoxInfo info() {
        return shelves.store().list(Caller.of(ROOT)).getFirst();
    }

    @Test
    void aBoxIsNotSealedUntilEverybodyAgreed() throws Refused {
        try (Transition sealing = shelves.boxes.seals().startSealing(Caller.of(ALICE), "b")) {
            assertThat(info().sealed()).isFalse();
            sealing.complete();
        }
        assertThat(info().sealed()).isTrue();
    }

    @Test
    void aRefusedSealLeavesTheBoxOpen() throws Refused {
        shelves.boxes.seals().startSealing(Caller.of(ALICE), "b").close();
        assertThat(info().sealed()).isFalse();
        shelves.store().drop(Caller.of(ALICE), "b", "e");
    }

    @Test
    void aBoxIsSealedUntilEverybodyAgreedToUnsealIt() throws Refused {
        shelves.seal("b");
        try (Transition unsealing = shelves.boxes.seals().startUnsealing(Caller.of(ALICE), "b")) {
            assertThat(info().sealed()).isTrue();
            unsealing.complete();
        }
        assertThat(info().sealed()).isFalse();
    }

    @Test
    void aRefusedUnsealLeavesTheBoxSealed() throws Refused {
        shelves.seal("b");
        shelves.boxes.seals().startUnsealing(Caller.of(ALICE), "b").close();
        assertThat(info().sealed()).isTrue();
        assertThatThrownBy(() -> shelves.store().drop(Caller.of(ALICE), "b", "e"))
                .isInstanceOf(Refused.BoxSealed.class);
    }

    @Test
    void onlyRootGivesABoxAway() throws Refused {
        assertThatThrownBy(() -> shelves.store()
                .setAccess(ALICE, "b", OptionalInt.of(BOB.uid()), OptionalInt.empty(), OptionalInt.empty()))
                .isInstanceOf(Refused.AccessDenied.class);
        shelves.store().setAccess(ROOT, "b", OptionalInt.of(BOB.uid()), OptionalInt.empty(),
                OptionalInt.empty());
        assertThat(info().owner()).isEqualTo(BOB.uid());
        assertThat(shelves.store().list(Caller.of(ALICE))).isEmpty();
    }

    @Test
    void anOwnerChoosesAmongItsOwnGroups() throws Refused {
        shelves.store().setAccess(ALICE, "b", OptionalInt.empty(), OptionalInt.of(100), OptionalInt.of(0750));
        assertThat(info().group()).isEqualTo(100);
        assertThat(info().mode()).isEqualTo(0750);
        assertThatThrownBy(() -> shelves.store()
                .setAccess(ALICE, "b", OptionalInt.empty(), OptionalInt.of(0), OptionalInt.of(0777)))
                .isInstanceOf(Refused.AccessDenied.class);
        assertThat(info().mode()).as("nothing changes where something is refused").isEqualTo(0750);
    }

    @Test
    void aFriendOfTheOwnerMayNotChangeAccess() throws Refused {
        shelves.store().setAccess(ALICE, "b", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(0777));
        assertThatThrownBy(() -> shelves.store()
                .setAccess(BOB, "b", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(0)))
                .isInstanceOf(Refused.AccessDenied.class);
        assertThatThrownBy(() -> shelves.delete(BOB, "b")).isInstanceOf(Refused.AccessDenied.class);
    }
}
