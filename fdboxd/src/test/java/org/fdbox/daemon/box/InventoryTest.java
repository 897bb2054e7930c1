package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.BOB;
import static org.fdbox.daemon.support.Users.ROOT;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.fdbox.daemon.box.Handout.Purpose;
import org.fdbox.daemon.policy.Limits;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.Installed;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// All that one process holds is there in another, and counts there as it did.
@ExtendWith(NothingLeaks.class)
class InventoryTest {

    private static final Caller AS_ALICE = Caller.of(ALICE);
    private static final Withheld WHY = new Withheld(new Access(BOB.uid(), 100, 0777), "bob is nobody");

    /// A box of each sort.
    private static void fill(Shelves shelves) throws Refused {
        shelves.store().create(ALICE, "open", 0750);
        shelves.put(ALICE, "open", "z");
        shelves.put(ALICE, "open", "a");
        shelves.store().create(ALICE, "sealed", 0700);
        shelves.put(ALICE, "sealed", "x");
        shelves.seal("sealed");
        shelves.store().create(BOB, "empty", 0701);
        shelves.boxes.seals().recover("old", new Access(0, 0, 0700), 3, true,
                List.of(Shelves.pending("p", BOB)), Optional.of(WHY));
    }

    /// As another process gets it.
    private static void move(Shelves from, Shelves to) throws Malformed {
        try (Stock stock = from.boxes.inventory().look(() -> {})) {
            for (Stock.Stocked box : stock.boxes()) {
                var entries = new ArrayList<Entry>();
                for (Entry entry : box.entries()) {
                    OwnedFd fd = entry.content().descriptor().map(OwnedFd::dup).orElse(null);
                    entries.add(Nodes.entry(Nodes.of(box.box().box(), entry), fd, Set.of()));
                }
                Installed.box(to.boxes.inventory(), Nodes.box(Nodes.of(box.box()), Set.of()), entries);
            }
        }
    }

    private static List<Map<String, Object>> nodes(Shelves shelves) {
        var nodes = new ArrayList<Map<String, Object>>();
        try (Stock stock = shelves.boxes.inventory().look(() -> {})) {
            for (Stock.Stocked box : stock.boxes()) {
                nodes.add(Nodes.of(box.box()));
                box.entries().forEach(entry -> nodes.add(Nodes.of(box.box().box(), entry)));
            }
        }
        return nodes;
    }

    @Test
    void everythingIsThereAsItWas() throws Exception {
        try (var first = new Shelves(); var second = new Shelves()) {
            fill(first);
            move(first, second);
            assertThat(nodes(second)).isEqualTo(nodes(first)).hasSize(8);
            assertThat(second.names("open")).containsExactly("z", "a");
            assertThat(second.boxes.seals().pending()).isEqualTo(first.boxes.seals().pending());
            assertThat(second.store().list(Caller.of(ROOT))).isEqualTo(first.store().list(Caller.of(ROOT)));
        }
    }

    @Test
    void quotasAndBudgetCountItToTheLastAndRefuseNothing() throws Exception {
        try (var first = new Shelves(); var second = new Shelves(Allowing.limits(1, 2))) {
            fill(first);
            move(first, second);
            assertThat(second.room()).isEqualTo(first.room());
            // Alice has 3 entries and 2 boxes: more than she may have here.
            assertThatThrownBy(() -> second.put(ALICE, "open", "more"))
                    .isInstanceOf(Refused.QuotaExceeded.class);
            second.store().drop(AS_ALICE, "open", "z");
            assertThatThrownBy(() -> second.put(ALICE, "open", "more"))
                    .isInstanceOf(Refused.QuotaExceeded.class);
            second.store().drop(AS_ALICE, "open", "a");
            second.put(ALICE, "open", "more");
            second.delete(ALICE, "sealed");
            assertThatThrownBy(() -> second.store().create(ALICE, "new", 0700))
                    .isInstanceOf(Refused.QuotaExceeded.class);
            second.delete(ALICE, "open");
            second.store().create(ALICE, "new", 0700);
            for (String box : List.of("new", "empty", "old")) {
                second.delete(ROOT, box);
            }
            assertThat(second.room()).as("nothing is counted any more")
                    .isEqualTo(new DescriptorBudget(Shelves.LIMIT, 0).roomForEntries());
        }
    }

    @Test
    void whatALookSeesStaysOpenAndWhatComesLaterIsNotInIt() throws Exception {
        try (var shelves = new Shelves()) {
            shelves.store().create(ALICE, "b", 0700);
            OwnedFd fd = shelves.put(ALICE, "b", "x");
            var begun = new ArrayList<Boolean>();
            Stock stock = shelves.boxes.inventory().look(() -> begun.add(shelves.disposed.isEmpty()));
            assertThat(begun).containsExactly(true);
            shelves.delete(ALICE, "b");
            assertThat(fd.isOpen()).isTrue();
            assertThat(stock.boxes()).singleElement().satisfies(
                    box -> assertThat(box.entries()).extracting(Entry::name).containsExactly("x"));
            stock.close();
            stock.close();
            assertThat(shelves.disposed).containsExactly(fd);
        }
    }

    @Test
    void leasesGoOnUntilTheyAreConfirmedOrTheirHolderEnds() throws Exception {
        try (var first = new Shelves(); var second = new Shelves()) {
            fill(first);
            var holder = new LeaseHolder();
            String id = leased(first, holder, "z");
            leased(first, holder, "a");
            move(first, second);
            var there = new LeaseHolder();
            second.boxes.handouts().restore(there, first.boxes.handouts().leases(holder));
            second.boxes.handouts().continueLeases(first.boxes.handouts().leaseCount());
            assertThat(second.boxes.handouts().leases(there))
                    .containsExactlyInAnyOrderElementsOf(first.boxes.handouts().leases(holder)).hasSize(2);
            assertThatThrownBy(() -> second.store().drop(AS_ALICE, "open", "z"))
                    .isInstanceOf(Refused.FdLeased.class);

            second.boxes.handouts().confirm(there, id);
            assertThat(second.names("open")).containsExactly("a");
            assertThat(second.disposed).hasSize(1);
            assertThat(second.boxes.handouts().giveBack(there)).isEqualTo(1);
            assertThat(leased(second, there, "a")).as("a name that none had before").isEqualTo("3");
            second.boxes.handouts().giveBack(there);
            first.boxes.handouts().giveBack(holder);
        }
    }

    private static String leased(Shelves shelves, LeaseHolder holder, String name) throws Refused {
        Handout handout = shelves.handOut(ALICE, "open", Purpose.LEASE, holder, name);
        handout.sent();
        return handout.leaseId().orElseThrow();
    }

    @Test
    void leasesCountAgainstTheirUser() throws Exception {
        var limits = new Limits(10, 50, 1, 50,
                Limits.UNBOUNDED);
        try (var shelves = new Shelves(limits)) {
            fill(shelves);
            var holder = new LeaseHolder();
            shelves.boxes.handouts().restore(holder,
                    List.of(new OpenLease("7", ALICE.uid(), "open", List.of("z"))));
            assertThatThrownBy(() -> leased(shelves, holder, "a")).isInstanceOf(Refused.QuotaExceeded.class);
            shelves.boxes.handouts().confirm(holder, "7");
            leased(shelves, holder, "a");
            shelves.boxes.handouts().giveBack(holder);
        }
    }

    @Test
    void aLeaseOfWhatIsNotThereIsNone() throws Exception {
        try (var shelves = new Shelves()) {
            fill(shelves);
            var fine = new OpenLease("1", ALICE.uid(), "open", List.of("z"));
            for (OpenLease wrong : List.of(fine, new OpenLease("2", 1, "none", List.of("z")),
                    new OpenLease("2", 1, "open", List.of("none")),
                    new OpenLease("2", 1, "old", List.of("p")))) {
                var holder = new LeaseHolder();
                assertThatThrownBy(() -> shelves.boxes.handouts().restore(holder, List.of(fine, wrong)))
                        .isInstanceOf(Malformed.class);
                assertThat(shelves.boxes.handouts().leases(holder)).isEmpty();
                assertThat(shelves.state("open", "z")).isEqualTo(EntryInfo.State.HELD);
            }
        }
    }

    @Test
    void aHandleHasTheRightsThatItHadAndNoOthers() throws Exception {
        try (var first = new Shelves(); var second = new Shelves()) {
            fill(first);
            var wanted = Set.of(HandleRight.LIST, HandleRight.COPY);
            try (BoxHandle handle = first.store().open(AS_ALICE, "open", Optional.of(wanted))) {
                // Who opened it could not open it any more.
                first.store().setAccess(ROOT, "open", OptionalInt.of(BOB.uid()), OptionalInt.empty(),
                        OptionalInt.of(0));
                move(first, second);
                try (BoxHandle there = second.boxes.inventory().reopen(handle.box(), handle.rights(),
                        handle.account())) {
                    assertThat(there.rights()).isEqualTo(wanted);
                    assertThat(there.account()).isEqualTo(ALICE);
                    try (Look look = second.boxes.looks().look(there, "open")) {
                        assertThat(look.entries()).hasSize(2);
                    }
                    assertThatThrownBy(() -> second.store().drop(there, "open", "z"))
                            .isInstanceOf(Refused.AccessDenied.class);
                    var ended = new ArrayList<String>();
                    there.whenBoxEnds(() -> ended.add("ended"));
                    assertThat(there.isOver()).isFalse();
                    second.delete(ROOT, "open");
                    assertThat(ended).hasSize(1);
                    assertThat(there.isOver()).isTrue();
                }
            }
            assertThatThrownBy(() -> second.boxes.inventory().reopen("none", Set.of(), ALICE))
                    .isInstanceOf(Refused.NoSuchBox.class);
        }
    }
}
