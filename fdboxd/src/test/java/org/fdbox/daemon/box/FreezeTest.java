package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;

import java.util.List;
import java.util.Optional;
import org.fdbox.daemon.box.Handout.Purpose;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// While a save writes the sealed boxes down, they stand still and all others go on.
@ExtendWith(NothingLeaks.class)
class FreezeTest {

    private final Shelves shelves = new Shelves();
    private OwnedFd sealedFd;

    @BeforeEach
    void oneOfEach() throws Refused {
        shelves.store().create(ALICE, "open", 0700);
        shelves.put(ALICE, "open", "e");
        shelves.store().create(ALICE, "sealed", 0700);
        sealedFd = shelves.put(ALICE, "sealed", "e");
        shelves.seal("sealed");
        var access = new Access(ALICE.uid(), ALICE.gid(), 0700);
        shelves.boxes.seals().recover("mixed", access, 1, true, List.of(Shelves.pending("p", ALICE)),
                Optional.empty());
        shelves.unseal("mixed");
        shelves.put(ALICE, "mixed", "held");
    }

    @AfterEach
    void empty() {
        shelves.close();
    }

    @Test
    void aSaveSeesTheSealedBoxesAndThePendingEntriesOfTheOthers() throws Refused {
        try (Frozen frozen = shelves.boxes.seals().freeze()) {
            assertThat(frozen.sealed()).extracting(look -> look.box().name()).containsExactly("sealed");
            assertThat(frozen.pendingOnly()).extracting(look -> look.box().name()).containsExactly("mixed");
            assertThat(frozen.pendingOnly().getFirst().entries()).extracting(Entry::name)
                    .containsExactly("p");
            assertThat(frozen.leftOut()).containsExactly("mixed", "open");
        }
    }

    @Test
    void onlyOneSaveAtATime() throws Refused {
        Seals seals = shelves.boxes.seals();
        try (Frozen _ = seals.freeze()) {
            assertThatThrownBy(seals::freeze).isInstanceOf(Refused.HandoverInProgress.class);
        }
        seals.freeze().close();
    }

    @Test
    void whatIsNotSavedGoesOnMeanwhile() throws Refused {
        try (Frozen _ = shelves.boxes.seals().freeze()) {
            shelves.put(ALICE, "open", "f");
            shelves.handOut(ALICE, "open", Purpose.TAKE, new LeaseHolder(), "e").sent();
            shelves.put(ALICE, "mixed", "more");
            shelves.store().drop(Caller.of(ALICE), "mixed", "held");
            shelves.seal("open");
            shelves.delete(ALICE, "open");
        }
        assertThat(shelves.names("mixed")).containsExactly("p", "more");
    }

    @Test
    void aBoxWhosePendingEntriesAreSavedCannotBeSealedOrDeletedMeanwhile() throws Refused {
        try (Frozen _ = shelves.boxes.seals().freeze()) {
            assertThatThrownBy(() -> shelves.seal("mixed")).isInstanceOf(Refused.HandoverInProgress.class);
            assertThatThrownBy(() -> shelves.delete(ALICE, "mixed"))
                    .isInstanceOf(Refused.HandoverInProgress.class);
            assertThatThrownBy(() -> shelves.store().drop(Caller.of(ALICE), "mixed", "p"))
                    .isInstanceOf(Refused.HandoverInProgress.class);
        }
        shelves.seal("mixed");
    }

    @Test
    void afterwardsEverythingGoesOn() throws Refused {
        shelves.boxes.seals().freeze().close();
        shelves.store().drop(Caller.of(ALICE), "mixed", "p");
        shelves.unseal("sealed");
        shelves.store().drop(Caller.of(ALICE), "sealed", "e");
        assertThat(shelves.disposed).containsExactly(sealedFd);
    }

    @Test
    void aBoxThatIsSealedDuringASaveIsNotPartOfIt() throws Refused {
        try (Frozen frozen = shelves.boxes.seals().freeze()) {
            shelves.seal("open");
            shelves.unseal("open");
            assertThat(frozen.sealed()).hasSize(1);
        }
    }
}
