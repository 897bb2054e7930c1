package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.fdbox.daemon.box.Access;
import org.fdbox.daemon.box.Change;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Frozen;
import org.fdbox.daemon.box.Inventory;
import org.fdbox.daemon.kexec.Outgoing;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.Await;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Request;
import org.fdbox.sys.BrokenFile;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A save does without the box of which an entry does not answer, and with all others.
@ExtendWith(NothingLeaks.class)
class AskingTest {

    private static final Duration NONE = Duration.ofMillis(1);
    /// Time for a thread to begin in.
    private static final Duration LONG = Duration.ofSeconds(1);
    private static final Duration ENDLESS = Duration.ofDays(1);

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private final FakeHandler blue = new FakeHandler("blue");
    private final CountDownLatch answers = new CountDownLatch(1);
    private final Underway underway = new Underway();
    private final Written written = new Written();
    private Desk desk;
    private int payloads;

    @BeforeEach
    void begin() throws Exception {
        desk = new Desk(folder, red, blue);
    }

    @AfterEach
    void end() {
        desk.close();
    }

    private void hang() {
        red.onPreserve = () -> {
            try {
                answers.await();
            } catch (InterruptedException nobodyDoesThat) {
                throw new IllegalStateException(nobodyDoesThat);
            }
        };
    }

    private Asking asking(Duration first, Duration later, Duration inAll) {
        var save = new SaveWide(desk.state.payloads(), written,
                new PayloadQuota(Allowing.entries(100, 100)), Optional.empty(), Outgoing.none(),
                new ArrayList<>(), underway);
        var limits = new Patience.Limits(first, later, ENDLESS, inAll, ENDLESS, "save again");
        var patience = new Patience(limits, limits);
        return new Asking(new HandlerRegistry(List.of(red, blue), Set.of()), save, patience,
                () -> "payload/1-" + ++payloads, () -> {});
    }

    private void box(String name, FakeHandler... kinds) throws Exception {
        var made = new ArrayList<OwnedFd>();
        for (FakeHandler kind : kinds) {
            made.add(kind.make(name));
        }
        desk.box(name, made.toArray(OwnedFd[]::new));
        made.forEach(OwnedFd::close);
        desk.seal(name);
    }

    private void unseal(String... names) throws Exception {
        for (String name : names) {
            desk.unseal(name);
        }
    }

    private static Entry first(Frozen frozen, int box) {
        return frozen.sealed().get(box).entries().getFirst();
    }

    private Object payload(Asking asking, Frozen frozen, int box) throws EntryFailed {
        written.begin(frozen.sealed().get(box).box().name());
        return asking.nodes(frozen.sealed().get(box), Map.of()).get(first(frozen, box))
                .get(EntryNode.PAYLOAD);
    }

    @Test
    void whatAnswersIsWrittenDown() throws Exception {
        box("a", red);
        try (Frozen frozen = desk.boxes.seals().freeze()) {
            assertThat(payload(asking(ENDLESS, ENDLESS, ENDLESS), frozen, 0)).isNotNull();
            assertThat(folder.resolve("state/payload/1-1")).hasContent("a");
        }
        unseal("a");
    }

    @Test
    void theOthersAreSaved() throws Exception {
        box("a", red);
        box("b", blue);
        hang();
        try (Frozen frozen = desk.boxes.seals().freeze()) {
            var asking = asking(NONE, ENDLESS, ENDLESS);
            assertThatThrownBy(() -> payload(asking, frozen, 0)).isInstanceOf(EntryFailed.class)
                    .hasMessageStartingWith("it did not answer within").hasMessageEndingWith("save again");
            assertThat(payload(asking, frozen, 1)).isNotNull();
        }
        answers.countDown();
        unseal("a", "b");
    }

    /// Its handler may still be at the descriptor, and write the payload.
    @Test
    void whatIsLateKeepsItsDescriptorAndItsPayloadsNameAndIsNotAskedAgain() throws Exception {
        box("a", red);
        hang();
        OwnedFd held;
        try (Frozen frozen = desk.boxes.seals().freeze()) {
            held = first(frozen, 0).content().descriptor().orElseThrow();
            var asking = asking(LONG, ENDLESS, ENDLESS);
            assertThatThrownBy(() -> payload(asking, frozen, 0))
                    .hasMessageContaining("did not answer within");
            Await.until("it was asked", () -> underway.count(0) == 1);
            assertThat(underway.has(desk.state.payloads(), "payload/1-1")).isTrue();
            assertThatThrownBy(() -> payload(asking, frozen, 0)).hasMessageContaining("an earlier save");
        }
        unseal("a");
        desk.call(Users.ROOT, new Request.DeleteBox("a"));
        assertThat(held.isOpen()).isTrue();
        answers.countDown();
        Await.until("nobody is at it", () -> !held.isOpen());
        Await.until("its name is free", () -> underway.count(0) == 0);
        assertThat(folder.resolve("state/payload/1-1")).doesNotExist();
    }

    @Test
    void othersOfItsPutterAreTriedForAWhile() throws Exception {
        box("a", red);
        box("b", red);
        hang();
        try (Frozen frozen = desk.boxes.seals().freeze()) {
            var asking = asking(NONE, ENDLESS, NONE);
            assertThatThrownBy(() -> payload(asking, frozen, 0))
                    .hasMessageContaining("did not answer within");
            assertThatThrownBy(() -> payload(asking, frozen, 1)).isInstanceOf(EntryFailed.class)
                    .hasMessageContaining("this one was not tried");
        }
        answers.countDown();
        unseal("a", "b");
    }

    @Test
    void whatItsHandlerRefusesNamesTheEntry() throws Exception {
        box("a", blue, red);
        red.onPreserve = FakeHandler.refusing("no");
        try (Frozen frozen = desk.boxes.seals().freeze()) {
            assertThatThrownBy(() -> payload(asking(ENDLESS, ENDLESS, ENDLESS), frozen, 0))
                    .isInstanceOfSatisfying(EntryFailed.class, failed -> {
                        assertThat(failed).hasMessage("no");
                        assertThat(failed.entry().name()).isEqualTo("b");
                    });
        }
        unseal("a");
    }

    @Test
    void whatCannotBeMeasuredFailsNoSave() throws Exception {
        Inventory inventory = desk.boxes.inventory();
        inventory.is(new Change.BoxIs("a", new Access(0, 0, 0700), 1, true));
        var kind = new Content.Kind(red.compatible(), red.kind(), Survival.CONTENTS, null, true);
        inventory.is("a",
                new Entry("a", new Content.Held(BrokenFile.of(red.make("a")), kind), Users.ROOT, 1));
        assertThat(desk.save().leftOut().orElseThrow()).singleElement()
                .satisfies(left -> assertThat(left.reason()).contains("EIO"));
        unseal("a");
    }
}
