package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.fdbox.daemon.support.Users.ALICE;

import java.util.List;
import java.util.Optional;
import org.fdbox.daemon.box.Handout.Purpose;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.EntryInfo.State;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An entry on its way out stays in its box until it was sent, and goes back otherwise.
@ExtendWith(NothingLeaks.class)
class HandoutTest {

    private final Shelves shelves = new Shelves();
    private final LeaseHolder holder = new LeaseHolder();
    private OwnedFd fd;

    @BeforeEach
    void aBoxWithOne() throws Refused {
        shelves.store().create(ALICE, "b", 0700);
        fd = shelves.put(ALICE, "b", "e");
    }

    @AfterEach
    void empty() {
        shelves.boxes.handouts().giveBack(holder);
        shelves.close();
    }

    private Handout start(Purpose purpose) throws Refused {
        return shelves.handOut(ALICE, "b", purpose, holder, "e");
    }

    @ParameterizedTest
    @EnumSource
    void theDescriptorStaysOpenWhileItIsBeingSent(Purpose purpose) throws Refused {
        Handout handout = start(purpose);
        assertThat(handout.descriptors()).containsExactly(fd);
        assertThat(fd.isOpen()).isTrue();
        assertThat(handout.infos()).extracting(EntryInfo::name, EntryInfo::state)
                .containsExactly(tuple("e", State.HELD));
        handout.failed();
    }

    @ParameterizedTest
    @EnumSource
    void whatCouldNotBeSentIsAsBefore(Purpose purpose) throws Refused {
        Handout handout = start(purpose);
        handout.failed();
        handout.failed();
        handout.sent();
        assertThat(shelves.state("b", "e")).isEqualTo(State.HELD);
        assertThat(fd.isOpen()).isTrue();
        start(Purpose.TAKE).sent();
        assertThat(shelves.disposed).containsExactly(fd);
    }

    @Test
    void whatWasTakenIsGoneOnceItWasSent() throws Refused {
        Handout handout = start(Purpose.TAKE);
        assertThat(shelves.names("b")).containsExactly("e");
        handout.sent();
        handout.sent();
        handout.failed();
        assertThat(shelves.names("b")).isEmpty();
        assertThat(shelves.disposed).containsExactly(fd);
    }

    @Test
    void whatIsBeingTakenCanNeitherBeTakenAgainNorDroppedNorDeleted() throws Refused {
        Handout handout = start(Purpose.TAKE);
        for (Purpose purpose : Purpose.values()) {
            assertThatThrownBy(() -> start(purpose)).isInstanceOf(Refused.FdLeased.class);
        }
        assertThatThrownBy(() -> shelves.store().drop(Caller.of(ALICE), "b", "e"))
                .isInstanceOf(Refused.FdLeased.class);
        assertThatThrownBy(() -> shelves.delete(ALICE, "b")).isInstanceOf(Refused.FdLeased.class);
        assertThatThrownBy(() -> shelves.seal("b")).isInstanceOf(Refused.FdLeased.class);
        handout.sent();
    }

    @Test
    void aCopyDoesNotDisturbAnybody() throws Refused {
        Handout copy = start(Purpose.COPY);
        Handout taken = start(Purpose.TAKE);
        taken.sent();
        assertThat(shelves.names("b")).isEmpty();
        assertThat(fd.isOpen()).as("the copy is still being sent").isTrue();
        copy.sent();
        assertThat(shelves.disposed).containsExactly(fd);
    }

    @Test
    void aBoxCanBeDeletedWhileACopyIsBeingSent() throws Refused {
        Handout copy = start(Purpose.COPY);
        assertThat(shelves.delete(ALICE, "b")).isEqualTo(1);
        assertThat(fd.isOpen()).isTrue();
        copy.failed();
        assertThat(shelves.disposed).containsExactly(fd);
    }

    @Test
    void allOrNone() throws Refused {
        shelves.put(ALICE, "b", "f");
        assertThatThrownBy(() -> shelves.handOut(ALICE, "b", Purpose.TAKE, holder, "e", "f", "missing"))
                .isInstanceOf(Refused.NoSuchFd.class);
        assertThat(shelves.state("b", "e")).isEqualTo(State.HELD);
        assertThat(shelves.state("b", "f")).isEqualTo(State.HELD);
    }

    @Test
    void namesAreHandedOutInTheOrderAskedForAndTheWholeBoxInTheOrderOfPuts() throws Refused {
        shelves.put(ALICE, "b", "c");
        shelves.put(ALICE, "b", "d");
        Handout named = shelves.handOut(ALICE, "b", Purpose.COPY, holder, "d", "e");
        assertThat(named.infos()).extracting(EntryInfo::name).containsExactly("d", "e");
        named.sent();
        Handout all = shelves.boxes.handouts().start(Caller.of(ALICE), "b", Optional.empty(), Purpose.TAKE,
                holder, 3);
        assertThat(all.infos()).extracting(EntryInfo::name).isEqualTo(List.of("e", "c", "d"));
        all.sent();
        assertThat(shelves.disposed).hasSize(3);
    }
}
