package org.fdbox.daemon.succession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Handout;
import org.fdbox.daemon.box.LeaseHolder;
import org.fdbox.daemon.box.Nodes;
import org.fdbox.daemon.box.Stock;
import org.fdbox.daemon.box.Transition;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The boxes of the other process become those of this one, whatever happens to them meanwhile.
@ExtendWith(NothingLeaks.class)
class BoxCopyTest {

    private static final PeerCredentials WHO = new PeerCredentials(12, 1000, 7, Set.of(3));
    private static final Caller CALLER = Caller.of(WHO);

    private Passage passage;
    private BoxCopy copy;
    private ReceivedBoxes received;
    private final List<String> stored = new ArrayList<>();

    @BeforeEach
    void begin() throws Exception {
        passage = new Passage();
        copy = new BoxCopy(passage.here.inventory(), passage.relay,
                entry -> entry.name().startsWith("kept")
                        ? Optional.of("id-" + entry.name())
                        : Optional.empty());
        received = new ReceivedBoxes(passage.there.inventory(), new Stored() {
            @Override
            public void adopt(Entry entry, String id) {
                stored.add(entry.name() + "=" + id);
            }

            @Override
            public void disown(Entry entry) {
                stored.removeIf(one -> one.startsWith(entry.name() + "="));
            }
        });
        passage.here.store().create(WHO, "b", 0750);
    }

    @AfterEach
    void end() {
        copy.close();
        received.close();
        passage.close();
    }

    private void put(String box, String name) throws Refused {
        OwnedFd fd = Fds.memfd(box + "/" + name);
        boolean stored = false;
        try {
            passage.here.store().put(CALLER, box, List.of(Passage.entry(name, WHO, fd)), true);
            stored = true;
        } finally {
            if (!stored) {
                fd.close();
            }
        }
    }

    private void take(String box, String name) throws Refused {
        passage.here.handouts().start(CALLER, box, Optional.of(List.of(name)), Handout.Purpose.TAKE,
                new LeaseHolder(), 1).sent();
    }

    private interface Copied {
        void to(Estate.Sink sink) throws Broken;
    }

    /// What is sent is open until it has been.
    private void move(Copied what) throws Exception {
        var items = new ArrayList<Item>();
        what.to(item -> items.add(new Item(item.is(), item.values(),
                item.descriptors().stream().map(fd -> fd.dup()).toList())));
        passage.send(items, received::apply);
        items.forEach(item -> item.descriptors().forEach(fd -> fd.close()));
    }

    private static List<Map<String, Object>> nodes(Stock stock) {
        var nodes = new ArrayList<Map<String, Object>>();
        for (Stock.Stocked box : stock.boxes()) {
            nodes.add(Nodes.of(box.box()));
            box.entries().stream().map(entry -> Nodes.of(box.box().box(), entry))
                    .sorted((one, other) -> one.toString().compareTo(other.toString())).forEach(nodes::add);
        }
        return nodes;
    }

    private void requireSame() {
        try (Stock here = passage.here.inventory().look(() -> {});
                Stock there = passage.there.inventory().look(() -> {})) {
            assertThat(nodes(there)).isEqualTo(nodes(here));
            for (Stock.Stocked box : there.boxes()) {
                for (Entry entry : box.entries()) {
                    assertThat(Fds.text(entry.content().descriptor().orElseThrow()))
                            .isEqualTo(box.box().box() + "/" + entry.name());
                }
            }
        }
    }

    @Test
    void everythingIsThere() throws Exception {
        for (int i = 0; i < 600; i++) {
            put("b", "x" + i);
        }
        passage.here.store().create(WHO, "empty", 0700);
        move(copy::all);
        requireSame();
    }

    @Test
    void whatChangesMeanwhileIsToldOnceHoweverOften() throws Exception {
        put("b", "stays");
        put("b", "goes");
        put("b", "replaced");
        passage.here.store().create(WHO, "deleted", 0700);
        put("deleted", "x");
        move(copy::all);
        take("b", "goes");
        put("b", "replaced");
        put("b", "comes");
        take("b", "comes");
        put("b", "comes");
        put("b", "passes");
        take("b", "passes");
        passage.here.store().delete(WHO, "deleted", () -> {});
        passage.here.store().create(WHO, "deleted", 0711);
        put("deleted", "y");
        passage.here.store().setAccess(WHO, "b", OptionalInt.empty(), OptionalInt.empty(),
                OptionalInt.of(0777));
        move(copy::changes);
        requireSame();
        try (Transition sealing = passage.here.seals().startSealing(CALLER, "b")) {
            sealing.complete();
        }
        move(copy::changes);
        requireSame();
        var nothing = new ArrayList<Item>();
        copy.changes(nothing::add);
        assertThat(nothing).isEmpty();
    }

    @Test
    void whateverHappensTheCopyIsOne() throws Exception {
        var random = new Random(7);
        move(copy::all);
        for (int i = 0; i < 60; i++) {
            for (int j = random.nextInt(20); j >= 0; j--) {
                happen(random);
            }
            move(copy::changes);
            requireSame();
        }
    }

    private void happen(Random random) throws Refused {
        String box = "b" + random.nextInt(3);
        String name = "x" + random.nextInt(4);
        try {
            switch (random.nextInt(6)) {
                case 0 -> passage.here.store().create(WHO, box, 0700);
                case 1 -> passage.here.store().delete(WHO, box, () -> {});
                case 2 -> take(box, name);
                default -> put(box, name);
            }
        } catch (Refused.NoSuchBox | Refused.BoxExists | Refused.NoSuchFd impossible) {
            // Nothing happens.
        }
    }

    @Test
    void whatSomebodyElseKeepsIsKnownByItsName() throws Exception {
        put("b", "kept1");
        put("b", "kept2");
        put("b", "other");
        move(copy::all);
        assertThat(stored).containsExactlyInAnyOrder("kept1=id-kept1", "kept2=id-kept2");
        take("b", "kept1");
        move(copy::changes);
        assertThat(stored).containsExactly("kept2=id-kept2");
    }

    @Test
    void whatMakesNoSenseIsRefusedAndClosed() {
        for (Item item : List.of(
                new Item(Item.BOX, Map.of("box", "c")),
                new Item(Item.ENTRY, Map.of("box", "absent", "entry", "x"), List.of(Fds.memfd("a"))),
                new Item(Item.ENTRY, Map.of("box", "b"), List.of(Fds.memfd("a"), Fds.memfd("b"))),
                new Item(Item.ENTRY, Map.of("box", "b", "entry", "x", "kept", 9L)))) {
            assertThatThrownBy(() -> received.apply(item)).isInstanceOf(Broken.class)
                    .hasCauseInstanceOf(Malformed.class);
        }
    }

    @Test
    void aDescriptorThatCameBeforeItsEntryIsItsOwn() throws Exception {
        move(copy::all);
        received.apply(new Item(Item.KEPT, Map.of("kept", 1L), List.of(Fds.memfd("b/x"))));
        received.apply(new Item(Item.KEPT, Map.of("kept", 2L), List.of(Fds.memfd("never"))));
        received.apply(new Item(Item.KEPT, Map.of("kept", 3L), List.of(Fds.memfd("left"))));
        received.apply(new Item(Item.RELEASED, Map.of("kept", 2L)));
        put("b", "x");
        try (Stock stock = passage.here.inventory().look(() -> {})) {
            Map<String, Object> node = Nodes.of("b", stock.boxes().getFirst().entries().getFirst());
            node.put("kept", 1L);
            received.apply(new Item(Item.ENTRY, node));
        }
        requireSame();
    }
}
