package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A save into another directory is whole there, and changes nothing here.
@ExtendWith(NothingLeaks.class)
class SaveElsewhereTest {

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private final FakeHandler blue = new FakeHandler("blue");
    private Path here;
    private Path there;
    private Path target;

    @BeforeEach
    void places() throws Exception {
        here = Files.createDirectory(folder.resolve("here"));
        there = Files.createDirectory(folder.resolve("there"));
        target = there.resolve("state");
    }

    private void put(Desk desk, String box, OwnedFd... fds) throws Refused {
        desk.box(box, fds);
        desk.seal(box);
        for (OwnedFd fd : fds) {
            fd.close();
        }
    }

    @Test
    void aDaemonThatStartsThereHasEverything() throws Exception {
        try (var desk = new Desk(here, red)) {
            put(desk, "b", red.make("text"));
            assertThat(desk.save(target).manifest()).contains(target.resolve("handover.json").toString());
            assertThat(ManifestFile.in(here)).doesNotExist();
            assertThat(desk.status().generation()).isZero();
        }
        try (var desk = new Desk(there, red)) {
            assertThat(desk.text("b", "a")).isEqualTo("text");
        }
    }

    @Test
    void pendingEntriesGoAlongAndGetInNobodysWay() throws Exception {
        try (var desk = new Desk(here, red, blue)) {
            put(desk, "waits", blue.make("blue"), blue.make("bluer"));
            desk.save();
        }
        try (var desk = new Desk(here, red)) {
            put(desk, "held", red.make("red"), red.make("redder"));
            desk.save(target);
        }
        try (var desk = new Desk(there, red, blue)) {
            assertThat(desk.status().pending()).isEmpty();
            assertThat(List.of(
                    desk.text("waits", "a"), desk.text("waits", "b"), desk.text("held", "a"),
                    desk.text("held", "b")))
                    .containsExactly("blue", "bluer", "red", "redder");
        }
        try (var desk = new Desk(here, red, blue)) {
            assertThat(desk.text("waits", "b")).isEqualTo("bluer");
        }
    }

    @Test
    void aSecondSaveThereReplacesTheFirst() throws Exception {
        try (var desk = new Desk(here, red)) {
            put(desk, "b", red.make("one"));
            desk.save(target);
            desk.call(ROOT, new Request.DeleteBox("b"));
            put(desk, "c", red.make("two"));
            desk.save(target);
        }
        try (var desk = new Desk(there, red)) {
            assertThat(desk.boxes.store().list(Caller.of(ROOT))).extracting("name").containsExactly("c");
            assertThat(desk.status().generation()).isEqualTo(2);
        }
    }

    @Test
    void aBoxThatFailsNowKeepsWhatIsThere() throws Exception {
        try (var desk = new Desk(here, red, blue)) {
            put(desk, "b", blue.make("kept"));
            put(desk, "r", red.make("red"));
            desk.save(target);
            blue.onPreserve = FakeHandler.refusing("busy");
            assertThat(desk.save(target).leftOut().orElseThrow().getFirst().reason()).contains("kept");
        }
        try (var desk = new Desk(there, red, blue)) {
            assertThat(desk.text("b", "a")).isEqualTo("kept");
            assertThat(desk.text("r", "a")).isEqualTo("red");
        }
    }

    @Test
    void boxesThatNobodyKnowsGoAlong() throws Exception {
        Map<String, Object> strange = ManifestFile.strangeBox("strange");
        try (var desk = new Desk(here, red)) {
            desk.save();
        }
        ManifestFile.edit(ManifestFile.in(here), root -> ManifestFile.addBox(root, strange));
        try (var desk = new Desk(here, red)) {
            desk.save(target);
        }
        assertThat(ManifestFile.box(ManifestFile.read(ManifestFile.in(there)), "strange")).isEqualTo(strange);
    }

    @Test
    void theStateDirectoryItselfMayBeNamed() throws Exception {
        try (var desk = new Desk(here, red)) {
            put(desk, "b", red.make("text"));
            desk.save(here.resolve("state/../state"));
            assertThat(desk.status().generation()).isEqualTo(1);
        }
        try (var desk = new Desk(here, red)) {
            assertThat(desk.text("b", "a")).isEqualTo("text");
        }
    }

    @Test
    void whatIsThereAndNotOursIsLeftAlone() throws Exception {
        try (var desk = new Desk(there, red)) {
            desk.save();
        }
        String foreign = "{\"compatible\":\"other-v1\"}";
        Files.writeString(target.resolve("handover.json"), foreign);
        try (var desk = new Desk(here, red)) {
            put(desk, "b", red.make("text"));
            assertThatThrownBy(() -> desk.save(target)).isInstanceOf(Refused.HandoverFailed.class);
            assertThat(target.resolve("handover.json")).hasContent(foreign);
            assertThatThrownBy(() -> desk.save(Path.of("/dev/null/x")))
                    .isInstanceOf(Refused.HandoverFailed.class);
        }
    }
}
