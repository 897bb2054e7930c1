package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Whoever begins with a look and applies every later change has what the boxes have, whatever happens to them.
@ExtendWith(NothingLeaks.class)
class ChangeTest {

    private static final Map<String, Object> SAVED = Map.of("name", "e");

    private final Copy copy = new Copy();
    private final Shelves follower = new Shelves();
    private boolean begun;
    private final Boxes boxes =
            Boxes.empty(Allowing.entries(10, 50), new DescriptorBudget(1000, 0), (held, _, closed) -> {
                held.fd().close();
                closed.run();
            }, Events.NONE, InstantSource.fixed(Instant.ofEpochSecond(7)), copy);

    /// What a follower makes of it, as nodes.
    private final class Copy implements Safekeeping {
        private final Map<String, Map<String, Object>> heads = new LinkedHashMap<>();
        private final Map<String, Map<String, Map<String, Object>>> entries = new LinkedHashMap<>();

        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public void keep(List<Entry> kept) {
            // Nothing to do.
        }

        @Override
        public void release(List<Entry> released) {
            // Nothing to do.
        }

        @Override
        public void note(List<Change> changes) {
            if (begun) {
                changes.forEach(this::apply);
            }
        }

        private void apply(Change change) {
            try {
                follow(change);
            } catch (Malformed wrong) {
                throw new AssertionError(wrong);
            }
            switch (change) {
                case Change.BoxIs box -> {
                    heads.put(box.box(), Nodes.of(box));
                    var there = entries.computeIfAbsent(box.box(), _ -> new LinkedHashMap<>());
                    if (!box.sealed()) {
                        there.values().stream().filter(node -> !Nodes.isPending(node))
                                .forEach(node -> node.remove(Nodes.SAVED));
                    }
                }
                case Change.BoxGone(var box) -> {
                    heads.remove(box);
                    assertThat(entries.remove(box)).as("each entry is gone before").isEmpty();
                }
                case Change.EntryIs(var box, var entry) ->
                    entries.get(box).put(entry.name(), Nodes.of(box, entry));
                case Change.EntryGone(var box, var entry) ->
                    assertThat(entries.get(box).remove(entry.name())).isNotNull();
            }
        }

        @Override
        public void settle() {
            // Nothing to do.
        }

        @Override
        public boolean isKeeper(int pid) {
            return false;
        }
    }

    /// Boxes of another process, to which descriptors come as duplicates.
    private void follow(Change change) throws Malformed {
        Inventory inventory = follower.boxes.inventory();
        switch (change) {
            case Change.BoxIs box -> inventory.is(Nodes.box(Nodes.of(box), Set.of()));
            case Change.BoxGone(var box) -> inventory.gone(box);
            case Change.EntryIs(var box, var entry) -> {
                OwnedFd fd = entry.content().descriptor().map(OwnedFd::dup).orElse(null);
                inventory.is(box, Nodes.entry(Nodes.of(box, entry), fd, Set.of()));
            }
            case Change.EntryGone(var box, var entry) ->
                assertThat(inventory.gone(box, entry.name())).map(Entry::name).contains(entry.name());
        }
    }

    private void begin() {
        try (Stock stock = boxes.inventory().look(() -> begun = true)) {
            for (Stock.Stocked box : stock.boxes()) {
                copy.apply(box.box());
                box.entries().forEach(entry -> copy.apply(new Change.EntryIs(box.box().box(), entry)));
            }
        }
    }

    /// Also in the same order.
    private void assertFollowed(String what) {
        var heads = new LinkedHashMap<String, Map<String, Object>>();
        var entries = new LinkedHashMap<String, List<Map<String, Object>>>();
        read(boxes, heads, entries);
        assertThat(copy.heads).as(what).isEqualTo(heads);
        heads.keySet().forEach(name -> assertThat(List.copyOf(copy.entries.get(name).values())).as(what)
                .isEqualTo(entries.get(name)));
        var headsThere = new LinkedHashMap<String, Map<String, Object>>();
        var entriesThere = new LinkedHashMap<String, List<Map<String, Object>>>();
        read(follower.boxes, headsThere, entriesThere);
        assertThat(headsThere).as(what).isEqualTo(heads);
        assertThat(entriesThere).as(what).isEqualTo(entries);
    }

    private static void read(Boxes from, Map<String, Map<String, Object>> heads,
            Map<String, List<Map<String, Object>>> entries) {
        try (Stock stock = from.inventory().look(() -> {})) {
            for (Stock.Stocked box : stock.boxes()) {
                String name = box.box().box();
                heads.put(name, Nodes.of(box.box()));
                entries.put(name, box.entries().stream().map(entry -> Nodes.of(name, entry)).toList());
            }
        }
    }

    /// Nothing is left, and nothing is counted.
    private void assertNothingIsLeft() throws Refused {
        assertThat(copy.heads).isEmpty();
        assertFollowed("the end");
        assertThat(follower.room()).isEqualTo(new Shelves().room());
        for (PeerCredentials who : List.of(ALICE, ROOT)) {
            for (int i = 0; i < Shelves.LIMITS.boxes(); i++) {
                follower.store().create(who, who.uid() + "-" + i, 0700);
            }
            assertThatThrownBy(() -> follower.store().create(who, "more", 0700))
                    .isInstanceOf(Refused.QuotaExceeded.class);
            String box = who.uid() + "-0";
            for (int i = 0; i < Shelves.LIMITS.entries(); i++) {
                follower.put(who, box, "e" + i);
            }
            assertThatThrownBy(() -> follower.put(who, box, "more"))
                    .isInstanceOf(Refused.QuotaExceeded.class);
        }
        follower.close();
    }

    private static Entry held(String name) {
        return new Entry(name, new Content.Held(Memfd.create(name), Shelves.KIND), ALICE, 1);
    }

    private void put(String box, boolean replace, String... names) throws Refused {
        var entries = new ArrayList<Entry>();
        for (String name : names) {
            entries.add(held(name));
        }
        boxes.store().put(Caller.of(ALICE), box, entries, replace);
    }

    private void seal(boolean completes) throws Refused {
        try (Transition sealing = boxes.seals().startSealing(Caller.of(ALICE), "b")) {
            assertFollowed("while sealing");
            if (completes) {
                sealing.complete();
            }
        }
        assertFollowed("sealed: " + completes);
    }

    private void unseal(String box, boolean completes) throws Refused {
        try (Transition unsealing = boxes.seals().startUnsealing(Caller.of(ROOT), box)) {
            assertFollowed("while unsealing");
            if (completes) {
                unsealing.complete();
            }
        }
        assertFollowed("unsealed: " + completes);
    }

    @Test
    void whateverHappensToABoxIsNoted() throws Exception {
        boxes.store().create(ALICE, "before", 0700);
        put("before", false, "x");
        begin();
        assertFollowed("the look");
        boxes.store().create(ALICE, "b", 0700);
        put("b", false, "x", "y", "z");
        put("b", true, "x");
        assertFollowed("a replacement");
        boxes.store().setAccess(ALICE, "b", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(0750));
        assertFollowed("access");
        seal(false);
        seal(true);
        unseal("b", false);
        unseal("b", true);
        boxes.store().drop(Caller.of(ALICE), "b", "y");
        assertFollowed("a drop");
        handOut(Handout.Purpose.TAKE, "z").sent();
        assertFollowed("a take");
        var holder = new LeaseHolder();
        Handout lease = boxes.handouts().start(Caller.of(ALICE), "b", Optional.of(List.of("x")),
                Handout.Purpose.LEASE, holder, 9);
        lease.sent();
        assertFollowed("a lease");
        boxes.handouts().confirm(holder, lease.leaseId().orElseThrow());
        assertFollowed("a lease confirmed");
        boxes.store().delete(ALICE, "b", () -> assertFollowed("while deleting"));
        boxes.store().delete(ALICE, "before", () -> {});
        assertNothingIsLeft();
    }

    private Handout handOut(Handout.Purpose purpose, String name) throws Refused {
        return boxes.handouts().start(Caller.of(ALICE), "b", Optional.of(List.of(name)), purpose,
                new LeaseHolder(), 9);
    }

    @Test
    void whateverHappensToWhatWasRecoveredIsNoted() throws Exception {
        begin();
        boxes.seals().recover("r", new Access(0, 0, 0700), 3, true,
                List.of(waiting("one"), waiting("two"), waiting("three"), waiting("four"),
                        held("kept").savedAs(SAVED)),
                Optional.of(new Withheld(new Access(7, 7, 0777), "nobody knows 7")));
        assertFollowed("recovered");
        boxes.pendings().explain(boxes.pendings().all(), "still nobody");
        assertFollowed("another reason");
        boxes.store().dropPending(Caller.of(ROOT), "r", "two", () -> assertFollowed("while dropping"));
        assertFollowed("a pending entry dropped");
        hold("three");
        assertFollowed("made again while sealed");
        boxes.store().setAccess(ROOT, "r", OptionalInt.of(1000), OptionalInt.empty(), OptionalInt.empty());
        assertFollowed("not withheld any more");
        unseal("r", true);
        hold("one");
        assertFollowed("made again while open");
        boxes.store().delete(ROOT, "r", () -> {});
        assertNothingIsLeft();
    }

    private static Entry waiting(String name) {
        return new Entry(name, new Content.Pending("t,k-v1", "nobody", SAVED), ALICE, 2);
    }

    private void hold(String name) throws Refused {
        List<Waiting> group = boxes.pendings().all().stream()
                .filter(waiting -> waiting.entry().name().equals(name)).toList();
        boolean held = boxes.pendings().hold(0, group, Memfd.create(name), Shelves.KIND, true, _ -> {});
        assertThat(held).isTrue();
    }

    /// Or a copy of an open box, which forgets that at its next change, would save something else than the box.
    @Test
    void anOpenBoxRemembersNothingThatWasSavedBefore() throws Exception {
        boxes.seals().recover(new Change.BoxIs("r", new Access(0, 0, 0700), 3, false),
                List.of(held("e").savedAs(SAVED)));
        try (Stock stock = boxes.inventory().look(() -> {})) {
            assertThat(stock.boxes().getFirst().entries().getFirst().saved()).isEmpty();
        }
        boxes.store().delete(ROOT, "r", () -> {});
    }
}
