package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.handlers.MemfdHandler;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.policy.Policy;
import org.fdbox.daemon.policy.Rule;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply.Left;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Contents;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What a user's contents may take on the disk is bounded, exactly, and whose entries pass it spoils only the box they are in.
@ExtendWith(NothingLeaks.class)
class PayloadQuotaTest {

    private static final int PAGE = 4096;

    @TempDir
    Path folder;

    /// Alice may have so many pages saved, others any number.
    private Desk desk(int pages) throws Exception {
        var desk = new Desk(folder, new MemfdHandler());
        allow(desk, pages);
        return desk;
    }

    private static void allow(Desk desk, int pages) {
        Limits limits = Allowing.limits(100, 100);
        var few = new Limits(100, 100, 100, 100, (long) pages * PAGE);
        var alices =
                new Rule("Alice's", Set.of(ALICE.uid()), Set.of(), Optional.empty(), Optional.empty(), few);
        desk.policy.set(new Policy(List.of(alices), limits));
    }

    private static OwnedFd memory(int pages) {
        OwnedFd memory = Memfd.create("ram");
        Contents.write(memory, "x".repeat(pages * PAGE).getBytes(), 0);
        return memory;
    }

    /// A sealed box with one entry of Alice's.
    private static OwnedFd box(Desk desk, String name, int pages) throws Refused {
        desk.call(ALICE, new Request.CreateBox(name, OptionalInt.empty()));
        OwnedFd memory = memory(pages);
        desk.call(ALICE, new Request.Put(name, "ram", 0, false), memory);
        desk.call(ALICE, new Request.Seal(name, false));
        return memory;
    }

    private static List<String> left(Desk desk) throws Refused {
        return desk.save().leftOut().orElse(List.of()).stream().map(Left::box).toList();
    }

    @Test
    void onlyTheBoxThatPassesItIsNotSaved() throws Exception {
        try (Desk desk = desk(5); OwnedFd _ = box(desk, "a", 3); OwnedFd _ = box(desk, "b", 3);
                OwnedFd _ = box(desk, "c", 2); OwnedFd roots = memory(9)) {
            desk.box("roots", roots);
            desk.seal("roots");
            Left left = desk.save().leftOut().orElseThrow().getFirst();
            assertThat(left.box()).isEqualTo("b");
            assertThat(left.name()).contains("ram");
            assertThat(left.reason()).contains("payloadBytes").contains("24576").contains("20480");
        }
        try (Desk desk = desk(5)) {
            assertThat(desk.boxes.store().list(Caller.of(ROOT))).extracting("name").containsExactly("a", "c",
                    "roots");
        }
    }

    /// What was saved of a box stays while the box does not fit, so it counts.
    @Test
    void whatIsKeptOfABoxCountsToo() throws Exception {
        try (Desk desk = desk(5); OwnedFd b = box(desk, "b", 3)) {
            assertThat(left(desk)).isEmpty();
            try (OwnedFd _ = box(desk, "a", 3)) {
                assertThat(left(desk)).containsExactly("a");
                Contents.write(b, new byte[6 * PAGE], 0);
                assertThat(left(desk)).containsExactly("a", "b");
                allow(desk, 9);
                assertThat(left(desk)).isEmpty();
            }
        }
    }

    @Test
    void aBoxMakesRoomForItselfAndWhenItGoesForOthers() throws Exception {
        try (Desk desk = desk(3); OwnedFd _ = box(desk, "a", 3)) {
            assertThat(left(desk)).isEmpty();
            assertThat(left(desk)).isEmpty();
            try (OwnedFd _ = box(desk, "b", 3)) {
                assertThat(left(desk)).containsExactly("b");
                desk.call(ALICE, new Request.DeleteBox("a"));
                assertThat(left(desk)).isEmpty();
            }
        }
    }

    @Test
    void contentsOfTwoEntriesCountOnceAndHolesNotAtAll() throws Exception {
        try (Desk desk = desk(3); OwnedFd ram = memory(3)) {
            desk.call(ALICE, new Request.CreateBox("a", OptionalInt.empty()));
            desk.call(ALICE, new Request.Put("a", "one", 0, false), ram);
            desk.call(ALICE, new Request.Put("a", "same", 0, false), ram);
            try (OwnedFd holes = Memfd.create("holes")) {
                OpenFile.truncate(holes, 1 << 30);
                desk.call(ALICE, new Request.Put("a", "holes", 0, false), holes);
            }
            desk.call(ALICE, new Request.Seal("a", false));
            assertThat(left(desk)).isEmpty();
        }
    }

    @Test
    void aSmallerLimitThrowsNothingAwayThatWasSaved() throws Exception {
        try (Desk desk = desk(5); OwnedFd _ = box(desk, "a", 3)) {
            assertThat(left(desk)).isEmpty();
            allow(desk, 1);
            assertThat(left(desk)).containsExactly("a");
        }
        try (Desk desk = desk(1)) {
            assertThat(desk.boxes.store().list(Caller.of(ROOT))).extracting("name").containsExactly("a");
        }
    }

    private static void prepare(Desk desk, String box) throws Refused {
        desk.call(ALICE, new Request.Prepare(box));
    }

    @Test
    void copiesThatAreMadeAheadAreHeldToTheSame() throws Exception {
        try (Desk desk = desk(5); OwnedFd one = memory(3); OwnedFd two = memory(3)) {
            desk.call(ALICE, new Request.CreateBox("a", OptionalInt.empty()));
            desk.call(ALICE, new Request.Put("a", "one", 0, false), one);
            prepare(desk, "a");
            prepare(desk, "a");
            desk.call(ALICE, new Request.CreateBox("b", OptionalInt.empty()));
            desk.call(ALICE, new Request.Put("b", "two", 0, false), two);
            assertThatThrownBy(() -> prepare(desk, "b"))
                    .isInstanceOfSatisfying(Refused.QuotaExceeded.class,
                            full -> assertThat(full.parameters()).containsEntry("limit", "payloadBytes")
                                    .containsEntry("value", 5L * PAGE));
            desk.call(ALICE, new Request.Drop("a", "one"));
            prepare(desk, "b");
        }
    }

    private static void put(Desk desk, String box, OwnedFd... files) throws Refused {
        desk.call(ALICE, new Request.CreateBox(box, OptionalInt.empty()));
        for (int i = 0; i < files.length; i++) {
            desk.call(ALICE, new Request.Put(box, Integer.toString(i), 0, false), files[i]);
        }
    }

    @Test
    void aCopyThatASaveGivesBackCountsStill() throws Exception {
        try (Desk desk = desk(5); OwnedFd one = memory(3); OwnedFd two = memory(3)) {
            put(desk, "a", one, two);
            put(desk, "b", two);
            assertThatThrownBy(() -> prepare(desk, "a")).isInstanceOf(Refused.QuotaExceeded.class);
            desk.call(ALICE, new Request.Seal("a", false));
            assertThat(left(desk)).contains("a");
            assertThatThrownBy(() -> prepare(desk, "b")).isInstanceOf(Refused.QuotaExceeded.class);
            desk.call(ALICE, new Request.Unseal("a"));
            desk.call(ALICE, new Request.Drop("a", "0"));
            prepare(desk, "b");
        }
    }

    @Test
    void aCopyThatASaveUsedCountsNoMore() throws Exception {
        try (Desk desk = desk(5); OwnedFd one = memory(3); OwnedFd two = memory(3)) {
            put(desk, "a", one);
            put(desk, "b", two);
            prepare(desk, "a");
            desk.call(ALICE, new Request.Seal("a", false));
            assertThat(left(desk)).doesNotContain("a");
            prepare(desk, "b");
        }
    }
}
