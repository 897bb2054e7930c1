package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ALICE;

import org.fdbox.daemon.box.Handout.Purpose;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What somebody looks at stays open until the last look ends, whatever happens to the box meanwhile, and is
/// closed once.
@ExtendWith(NothingLeaks.class)
class LookTest {

    private final Shelves shelves = new Shelves();
    private OwnedFd fd;

    @BeforeEach
    void aBoxWithOne() throws Refused {
        shelves.store().create(ALICE, "b", 0700);
        fd = shelves.put(ALICE, "b", "e");
    }

    @AfterEach
    void empty() {
        shelves.close();
    }

    private void assertClosedWith(Look look) {
        assertThat(fd.isOpen()).as("while it is looked at").isTrue();
        look.close();
        look.close();
        assertThat(shelves.disposed).containsExactly(fd);
    }

    @Test
    void aDroppedEntryIsClosedWhenTheLookEnds() throws Refused {
        Look look = shelves.boxes.looks().look(Caller.of(ALICE), "b");
        shelves.store().drop(Caller.of(ALICE), "b", "e");
        assertClosedWith(look);
    }

    @Test
    void aTakenEntryIsClosedWhenTheLookEnds() throws Refused {
        Look look = shelves.boxes.looks().look(Caller.of(ALICE), "b");
        shelves.handOut(ALICE, "b", Purpose.TAKE, new LeaseHolder(), "e").sent();
        assertClosedWith(look);
    }

    @Test
    void aReplacedEntryIsClosedWhenTheLookEnds() throws Refused {
        Look look = shelves.boxes.looks().look(Caller.of(ALICE), "b");
        OwnedFd replacement = shelves.put(ALICE, "b", "e", true);
        assertClosedWith(look);
        assertThat(replacement.isOpen()).isTrue();
    }

    @Test
    void theEntriesOfADeletedBoxAreClosedWhenTheLastLookEnds() throws Refused {
        Look first = shelves.boxes.looks().look(Caller.of(ALICE), "b");
        Look second = shelves.boxes.looks().look(Caller.of(ALICE), "b");
        shelves.delete(ALICE, "b");
        first.close();
        assertClosedWith(second);
    }

    @Test
    void aLookShowsTheMomentItWasTaken() throws Refused {
        try (Look look = shelves.boxes.looks().look(Caller.of(ALICE), "b")) {
            shelves.put(ALICE, "b", "later");
            assertThat(look.infos()).extracting(EntryInfo::name).containsExactly("e");
            assertThat(look.box().entries()).isEqualTo(1);
        }
    }

    @Test
    void anEntryThatIsStillInTheBoxIsNotClosedWithTheLook() throws Refused {
        shelves.boxes.looks().look(Caller.of(ALICE), "b").close();
        assertThat(fd.isOpen()).isTrue();
        assertThat(shelves.disposed).isEmpty();
    }

    @Test
    void whatIsLetGoOfKeepsItsPlaceInTheBudgetUntilItIsClosed() throws Refused {
        int before = shelves.room();
        Look look = shelves.boxes.looks().look(Caller.of(ALICE), "b");
        shelves.store().drop(Caller.of(ALICE), "b", "e");
        assertThat(shelves.room()).isEqualTo(before);
        look.close();
        assertThat(shelves.room()).isEqualTo(before + 1);
    }
}
