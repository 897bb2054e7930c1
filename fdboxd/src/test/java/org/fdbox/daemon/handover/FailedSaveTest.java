package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.kexec.Holder;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.kexec.Use;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply.Left;
import org.fdbox.protocol.Request;
import org.fdbox.sys.LiveUpdate;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A handler that fails spoils its own box alone, and what was saved of that box before is kept.
@ExtendWith(NothingLeaks.class)
class FailedSaveTest {

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private final FakeHandler blue = new FakeHandler("blue");

    /// Boxes "red" and "blue", sealed, each with one entry of its handler.
    private Desk begin(String redText, String blueText) throws Exception {
        var desk = new Desk(folder, red, blue);
        try (OwnedFd r = red.make(redText); OwnedFd b = blue.make(blueText)) {
            desk.box("red", r);
            desk.box("blue", b);
        }
        desk.seal("red");
        desk.seal("blue");
        return desk;
    }

    private static void replace(Desk desk, FakeHandler handler, String text) throws Refused {
        String box = handler.kind();
        desk.unseal(box);
        try (OwnedFd fd = handler.make(text)) {
            desk.call(ROOT, new Request.Put(box, "a", 0, true), fd);
        }
        desk.seal(box);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theOtherBoxesAreSaved(boolean refuses) throws Exception {
        blue.onPreserve = refuses ? FakeHandler.refusing("too blue") : FakeHandler.failing("too blue");
        try (Desk desk = begin("r", "b")) {
            List<Left> left = desk.save().leftOut().orElseThrow();
            assertThat(left).singleElement().satisfies(one -> {
                assertThat(one.box()).isEqualTo("blue");
                assertThat(one.name()).contains("a");
                assertThat(one.compatible()).contains("test,blue-v1");
                assertThat(one.reason()).contains("too blue").doesNotContain("kept");
            });
            assertThat(desk.info("blue").sealed()).isTrue();
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.text("red", "a")).isEqualTo("r");
            assertThat(desk.boxes.store().list(Caller.of(ROOT))).hasSize(1);
        }
    }

    @Test
    void theEarlierSaveOfTheBoxIsKeptWithItsPayload() throws Exception {
        try (Desk desk = begin("r1", "b1")) {
            desk.save();
            replace(desk, red, "r2");
            blue.onPreserve = FakeHandler.refusing("busy");
            assertThat(desk.save().leftOut().orElseThrow().getFirst().reason()).contains("kept");
            replace(desk, red, "r3");
            desk.save();
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.text("red", "a")).isEqualTo("r3");
            assertThat(desk.text("blue", "a")).isEqualTo("b1");
            assertThat(desk.info("blue").sealed()).isTrue();
        }
    }

    @Test
    void anEarlierSaveThatIsFinishedWithIsNotKept() throws Exception {
        try (Desk desk = begin("r1", "b1")) {
            desk.save();
            replace(desk, blue, "b2");
            blue.onPreserve = FakeHandler.refusing("busy");
            assertThat(desk.save().leftOut().orElseThrow().getFirst().reason()).doesNotContain("kept");
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.boxes.store().list(Caller.of(ROOT))).extracting("name").containsExactly("red");
        }
    }

    @Test
    void aBoxThatFailedIsSavedByTheNextSave() throws Exception {
        blue.onPreserve = FakeHandler.refusing("busy");
        try (Desk desk = begin("r", "b")) {
            desk.save();
            blue.onPreserve = FakeHandler.FINE;
            assertThat(desk.save().leftOut()).contains(List.of());
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.text("blue", "a")).isEqualTo("b");
        }
    }

    @Test
    void whatABoxThatFailedHasWrittenTakesNoRoom() throws Exception {
        blue.onPreserve = FakeHandler.refusing("busy");
        try (var desk = new Desk(folder, red, blue); OwnedFd r = red.make("r"); OwnedFd b = blue.make("b")) {
            desk.box("both", r, b);
            desk.seal("both");
            desk.save();
            assertThat(desk.state.root().resolve("payload")).isEmptyDirectory();
        }
    }

    @Test
    void aSaveThatCannotBeWrittenLosesNothing() throws Exception {
        try (Desk desk = begin("r1", "b1")) {
            desk.save();
            byte[] before = Files.readAllBytes(ManifestFile.in(folder));
            Path obstacle = Files.createDirectories(desk.state.root().resolve("handover.json.partial/full"));
            assertThatThrownBy(desk::save).isInstanceOf(Refused.HandoverFailed.class);
            assertThat(ManifestFile.in(folder)).hasBinaryContent(before);
            assertThat(desk.info("red").sealed()).isTrue();
            assertThat(desk.status().state()).isEqualTo("live");
            Files.delete(obstacle);
            Files.delete(obstacle.getParent());
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.text("red", "a")).isEqualTo("r1");
            assertThat(desk.text("blue", "a")).isEqualTo("b1");
        }
    }

    /// The handover that is in its place is the one that the next start finds, so it is the one in which a box is finished with.
    @ParameterizedTest
    @EnumSource(names = {"MANIFEST_MOVED", "HANDOVER_DURABLE", "JOURNAL_FOLLOWED"})
    void whatFailsOnceTheManifestIsInItsPlaceBringsNothingBackOld(Step step) throws Exception {
        var failing = new AtomicBoolean();
        Step.Watcher steps = reached -> {
            if (failing.get() && reached == step) {
                throw new OutOfMemoryError("by a test");
            }
        };
        try (Desk desk = begin("r1", "b1")) {
            desk.save();
        }
        var off = new Kexec(Use.OFF, new LiveUpdate(), Holder.NOBODY);
        try (var desk = new Desk(folder, off, steps, red, blue)) {
            failing.set(true);
            assertThatThrownBy(desk::save).isInstanceOf(Refused.HandoverFailed.class);
            desk.unseal("red");
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.boxes.store().list(Caller.of(ROOT))).extracting("name").containsExactly("blue");
        }
    }

    @Test
    void aMarkThatCannotBeRemovedSpoilsNoSave() throws Exception {
        try (Desk desk = begin("r1", "b1")) {
            Path mark = Files.createDirectories(desk.state.root().resolve("finished/0-red/full"));
            desk.save();
            assertThat(desk.status().generation()).isEqualTo(1);
            Files.delete(mark);
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.text("blue", "a")).isEqualTo("b1");
        }
    }

    @Test
    void theLastSaveWaitsForTheOneThatIsGoingOn() throws Exception {
        try (Desk desk = begin("r", "b")) {
            var last = new Thread[1];
            red.onPreserve = () -> {
                if (last[0] == null) {
                    last[0] = Thread.ofPlatform().start(() -> {
                        try (Notice.Plan plan = desk.handover.notice().plan()) {
                            desk.handover.saveAtEnd(plan, _ -> {});
                        } catch (Refused refused) {
                            throw new AssertionError(refused);
                        }
                    });
                }
            };
            desk.call(ROOT, new Request.Save(Optional.empty()));
            last[0].join();
            assertThat(desk.status().generation()).isEqualTo(2);
        }
    }
}
