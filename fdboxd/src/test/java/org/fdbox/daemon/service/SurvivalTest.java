package org.fdbox.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fdbox.daemon.box.Access;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.LiveBox;
import org.fdbox.daemon.box.Safekeeping;
import org.fdbox.daemon.box.Withheld;
import org.fdbox.daemon.support.Await;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SameDescription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Custody, start and take-back with a service manager of the test's own.
@ExtendWith(NothingLeaks.class)
class SurvivalTest {

    private static final Content.Kind KIND = new Content.Kind("test,kind-v1", "kind",
            EntryInfo.Survival.LIVE, "it has a reason", true);
    private static final Change.BoxIs BOX = new Change.BoxIs("b", new Access(1000, 100, 0640, true), 5, true,
            Optional.of(new Withheld(new Access(1001, 101, 0777), "a test wants it so")),
            Map.of("later", "version"));

    private FakeManager manager;
    private Survival survival;
    private final List<OwnedFd> mine = new ArrayList<>();

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        manager = new FakeManager(folder, 50);
        survival = open(Mode.SAFE, Map.of());
        survival.begin();
    }

    @AfterEach
    void end() throws Exception {
        mine.forEach(OwnedFd::close);
        survival.close();
        manager.close();
    }

    private Survival open(Mode mode, Map<String, OwnedFd> passed) throws Exception {
        return Survival.open(Optional.ofNullable(mode), Map.of("NOTIFY_SOCKET", manager.address.text()),
                passed,
                Moment.UNWATCHED);
    }

    private Safekeeping kept() {
        return survival.safekeeping();
    }

    private Entry entry(String name, OwnedFd fd) {
        mine.add(fd);
        return new Entry(name, new Content.Held(fd, KIND), Users.ALICE, 77);
    }

    private Entry memory(String name) {
        return entry(name, Fds.memfd(name));
    }

    /// Into [#BOX].
    private void put(Entry... entries) throws Refused {
        kept().keep(List.of(entries));
        kept().note(Change.both(List.of(BOX),
                Change.come(BOX.box(), List.of(entries))));
        kept().settle();
    }

    /// A successor of a daemon that died just now.
    private List<LiveBox> inherit() throws Exception {
        Map<String, OwnedFd> passed = manager.passed();
        survival.close();
        survival = open(Mode.SAFE, passed);
        survival.boxes().forEach(box -> box.entries()
                .forEach(entry -> mine.add(entry.content().descriptor().orElseThrow())));
        return survival.boxes();
    }

    private List<String> entries() {
        return manager.names().stream().filter(name -> !name.contains("-")).toList();
    }

    @Test
    void aBoxComesBackAsItWas() throws Exception {
        put(memory("x"), memory("y"));
        assertThat(entries()).containsExactly("@0", "@1");
        LiveBox box = inherit().getFirst();
        assertThat(box.name()).isEqualTo("b");
        assertThat(box.state()).isEqualTo(BOX);
        Entry x = box.entries().getFirst();
        assertThat(x.name()).isEqualTo("x");
        assertThat(x.putter()).isEqualTo(Users.ALICE);
        assertThat(x.putUSec()).isEqualTo(77);
        assertThat(((Content.Held) x.content()).kind()).isEqualTo(KIND);
        assertThat(Fds.text(x.content().descriptor().orElseThrow())).isEqualTo("x");
    }

    @Test
    void whatIsKeptAndNotNotedIsNobodys() throws Exception {
        kept().keep(List.of(memory("x")));
        assertThat(entries()).hasSize(1);
        assertThat(inherit()).isEmpty();
        Await.until("it is removed", () -> entries().isEmpty());
    }

    @Test
    void oneFileHasOneNameForAsLongAsAnythingStandsForIt() throws Exception {
        OwnedFd counter = EventFd.create(0, false, true);
        Entry x = entry("x", counter);
        Entry y = entry("y", counter.dup());
        Entry other = entry("other", EventFd.create(0, false, true));
        put(x, y, other);
        assertThat(entries()).hasSize(2);
        kept().note(Change.gone("b", List.of(x)));
        kept().settle();
        LiveBox box = inherit().getFirst();
        assertThat(box.entries()).extracting(Entry::name).containsExactly("y", "other");
        assertThat(
                SameDescription.are(counter, box.entries().getFirst().content().descriptor().orElseThrow()))
                .isTrue();
        survival.begin();
        kept().note(Change.gone("b", box.entries()));
        kept().settle();
        Await.until("nothing is stored", () -> entries().isEmpty());
    }

    /// Its old name is gone at the service manager before it gets a new one, or the new one would be ignored.
    @Test
    void whatLeavesAndComesBackAtOnceIsStored() throws Exception {
        OwnedFd counter = EventFd.create(0, false, true);
        Entry before = entry("x", counter);
        put(before);
        for (int i = 0; i < 50; i++) {
            Entry after = entry("x", counter.dup());
            kept().note(Change.gone("b", List.of(before)));
            put(after);
            assertThat(entries()).hasSize(1);
            before = after;
        }
        assertThat(inherit().getFirst().entries()).hasSize(1);
    }

    @Test
    void aPutThatTheStoreHasNoRoomForIsRefusedWhole() throws Exception {
        put(memory("x"));
        manager.setLimit(5);
        assertThatThrownBy(() -> kept().keep(List.of(memory("y"), memory("z"))))
                .isInstanceOf(Refused.QuotaExceeded.class);
        Await.until("nothing is left of it", () -> manager.names().size() == 3);
        put(memory("y"));
        assertThat(entries()).hasSize(2);
    }

    /// Those that came while a barrier was waited for share the next; where not all fit, those that do are kept.
    @Test
    void manyShareABarrierAndAreJudgedEach() throws Exception {
        manager.setLimit(2 + 10 + 1);
        manager.deafen();
        try (var threads = Executors.newFixedThreadPool(16)) {
            var outcomes = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < 16; i++) {
                Entry entry = memory("e" + i);
                outcomes.add(threads.submit(() -> isKept(entry)));
            }
            manager.hear();
            int kept = 0;
            for (Future<Boolean> outcome : outcomes) {
                kept += outcome.get() ? 1 : 0;
            }
            assertThat(kept).isEqualTo(10);
            Await.until("the others are let go of", () -> entries().size() == 10);
        }
    }

    private boolean isKept(Entry entry) {
        try {
            kept().keep(List.of(entry));
            return true;
        } catch (Refused.QuotaExceeded full) {
            return false;
        } catch (Refused other) {
            throw new AssertionError(other);
        }
    }

    @Test
    void whoeverWasToKeepItIsGone(@TempDir Path other) throws Exception {
        var gone = new FakeManager(other, 50);
        try (Survival unheard = Survival.open(Optional.empty(), Map.of("NOTIFY_SOCKET", gone.address.text(),
                "FDSTORE", "50"), Map.of(), Moment.UNWATCHED)) {
            unheard.begin();
            gone.close();
            assertThatThrownBy(() -> unheard.safekeeping().keep(List.of(memory("x"))))
                    .isInstanceOf(Refused.HandoverFailed.class)
                    .hasMessageContaining("would not survive a crash");
        }
    }

    @Test
    void fastIsDoneOnceItIsSent() throws Exception {
        survival.close();
        survival = open(Mode.FAST, manager.passed());
        survival.begin();
        manager.deafen();
        put(memory("x"));
        manager.hear();
        Await.until("it is stored", () -> entries().size() == 1);
        Await.until("and confirmed", () -> manager.heard().getLast().contains(Ids.PROBE));
    }

    @Test
    void offGivesBackAndLetsGo() throws Exception {
        put(memory("x"));
        Map<String, OwnedFd> passed = manager.passed();
        survival.close();
        survival = open(Mode.OFF, passed);
        survival.boxes().getFirst().entries().forEach(e -> mine.add(e.content().descriptor().orElseThrow()));
        assertThat(survival.count()).isEqualTo(1);
        Await.until("the last probe is let go of", () -> manager.names().size() == 3);
        survival.begin();
        Await.until("all is let go of", () -> manager.names().isEmpty());
    }

    @Test
    void safeWithoutAStoreIsNoStart(@TempDir Path other) throws Exception {
        try (var small = new FakeManager(other, 2)) {
            assertThatThrownBy(() -> Survival.open(Optional.of(Mode.SAFE),
                    Map.of("NOTIFY_SOCKET", small.address.text()), Map.of(), Moment.UNWATCHED))
                    .isInstanceOf(Survival.Unavailable.class).hasMessageContaining("FileDescriptorStoreMax=");
            Await.until("all is let go of", () -> small.names().isEmpty());
        }
        assertThatThrownBy(() -> Survival.open(Optional.of(Mode.SAFE), Map.of(), Map.of(), Moment.UNWATCHED))
                .hasMessageContaining("no service manager");
    }
}
