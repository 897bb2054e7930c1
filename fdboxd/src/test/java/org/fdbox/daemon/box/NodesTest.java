package org.fdbox.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing of a box or an entry is lost on its way through JSON.
@ExtendWith(NothingLeaks.class)
class NodesTest {

    private static final Access ACCESS = new Access(1000, -2, 0750);
    private static final Access GIVEN = new Access(1000, -2, 0750, true);
    private static final Map<String, Object> SAVED = Map.of("name", "e", "payload", Map.of("file", "1-1"));

    private static Map<String, Object> sent(Map<String, Object> node) throws Malformed {
        return Json.readObject(Json.write(node));
    }

    private static Change.BoxIs again(Change.BoxIs box) throws Malformed {
        return Nodes.box(sent(Nodes.of(box)), Set.of());
    }

    @Test
    void aBoxIsTheSame() throws Exception {
        for (boolean sealed : List.of(true, false)) {
            var box = new Change.BoxIs("b", ACCESS, 77, sealed);
            assertThat(again(box)).isEqualTo(box);
            var withheld = new Change.BoxIs("b", GIVEN, 77, sealed,
                    Optional.of(new Withheld(new Access(5, 6, 07, sealed), "nobody knows 5")), Map.of());
            assertThat(again(withheld)).isEqualTo(withheld);
        }
    }

    @Test
    void theModeHasFourDigits() {
        assertThat(Nodes.of(new Change.BoxIs("b", new Access(0, 0, 07), 1, false))).containsEntry("mode",
                "0007");
    }

    private static Entry again(Entry entry, OwnedFd fd) throws Malformed {
        return Nodes.entry(sent(Nodes.of("b", entry)), fd, Set.of());
    }

    private static void assertSame(Entry again, Entry entry) {
        assertThat(again.name()).isEqualTo(entry.name());
        assertThat(again.content()).isEqualTo(entry.content());
        assertThat(again.putter()).isEqualTo(entry.putter());
        assertThat(again.putUSec()).isEqualTo(entry.putUSec());
        assertThat(again.saved()).isEqualTo(entry.saved());
        assertThat(again.extra()).isEqualTo(entry.extra());
    }

    @Test
    void aHeldEntryIsTheSame() throws Exception {
        var putter = new PeerCredentials(5, -5, -6, Set.of(1, 100, -7));
        try (OwnedFd fd = Memfd.create("x")) {
            for (Survival survival : Survival.values()) {
                var kind =
                        new Content.Kind("t,k-v1", "kind", survival, "a reason", survival == Survival.LIVE);
                var entry = new Entry("e", new Content.Held(fd, kind), putter, 1234567890123456L);
                assertSame(again(entry, fd), entry);
                assertSame(again(entry.savedAs(SAVED), fd), entry);
            }
            var plain = new Entry("e", new Content.Held(fd, Shelves.KIND), ROOT, 0);
            assertSame(again(plain, fd), plain);
        }
    }

    @Test
    void aPendingEntryIsTheSame() throws Exception {
        var entry = new Entry("e", new Content.Pending("t,k-v1", "nobody knows it", SAVED), ALICE, 9);
        assertSame(again(entry, null), entry);
        assertThat(Nodes.isPending(Nodes.of("b", entry))).isTrue();
    }

    @Test
    void whatThisVersionDoesNotKnowIsCarriedAlongAndWhatTheCarrierAddedIsNot() throws Exception {
        var box = new LinkedHashMap<>(Nodes.of(new Change.BoxIs("b", ACCESS, 77, true)));
        box.put("colour", List.of("red", 7L));
        box.put("descriptor", 3L);
        Change.BoxIs read = Nodes.box(sent(box), Set.of("descriptor"));
        assertThat(read.extra()).isEqualTo(Map.of("colour", List.of("red", 7L)));
        assertThat(Nodes.of(read)).containsEntry("colour", List.of("red", 7L))
                .doesNotContainKey("descriptor");

        Map<String, Object> entry = Nodes.of("b", Shelves.pending("e", ALICE));
        entry.put("colour", "red");
        entry.put("descriptor", 3L);
        Entry made = Nodes.entry(sent(entry), null, Set.of("descriptor"));
        assertThat(made.extra()).isEqualTo(Map.of("colour", "red"));
        assertThat(made.waitingFor("x").extra()).isEqualTo(Map.of("colour", "red"));
        assertThat(made.restored(new Content.Held(null, Shelves.KIND), true).extra())
                .isEqualTo(Map.of("colour", "red"));
        assertThat(Nodes.of("b", made)).containsEntry("colour", "red").doesNotContainKey("descriptor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"box", "owner", "group", "mode", "createdUSec"})
    void whatMakesNoBoxIsSaid(String missing) {
        Map<String, Object> node = Nodes.of(new Change.BoxIs("b", ACCESS, 77, true));
        node.remove(missing);
        assertThatThrownBy(() -> Nodes.box(node, Set.of())).isInstanceOf(Malformed.class);
        node.put(missing, Map.of());
        assertThatThrownBy(() -> Nodes.box(node, Set.of())).isInstanceOf(Malformed.class);
        node.put(missing, 1L << 32);
        if (!missing.equals("createdUSec")) {
            assertThatThrownBy(() -> Nodes.box(node, Set.of())).isInstanceOf(Malformed.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"entry", "compatible", "kind", "survival"})
    void whatMakesNoEntryIsSaidAndTheDescriptorStaysTheCallers(String missing) {
        try (OwnedFd fd = Memfd.create("x")) {
            var entry = new Entry("e", new Content.Held(fd, Shelves.KIND), ALICE, 1);
            var node = new HashMap<>(Nodes.of("b", entry));
            node.remove(missing);
            assertThatThrownBy(() -> Nodes.entry(node, fd, Set.of())).isInstanceOf(Malformed.class);
            assertThatThrownBy(() -> Nodes.entry(Nodes.of("b", entry), null, Set.of()))
                    .isInstanceOf(Malformed.class).hasMessageContaining("descriptor");
            assertThat(fd.isOpen()).isTrue();
        }
    }
}
