package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.EntryInfo.State;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What cannot be restored now waits, unchanged, through every save and every restart, until it can be.
@ExtendWith(NothingLeaks.class)
class PendingTest {

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private final FakeHandler blue = new FakeHandler("blue");
    private Path manifest;

    @BeforeEach
    void save() throws Exception {
        manifest = ManifestFile.in(folder);
        try (var desk = new Desk(folder, red, blue); OwnedFd r = red.make("r"); OwnedFd b = blue.make("b")) {
            desk.box("b", r, b);
            desk.seal("b");
            desk.save();
        }
    }

    private Map<String, Object> node() throws Exception {
        return ManifestFile.entry(ManifestFile.read(manifest), "b", "b");
    }

    @Test
    void anUnknownKindWaitsForItsHandler() throws Exception {
        Map<String, Object> before = node();
        for (int life = 0; life < 2; life++) {
            try (var desk = new Desk(folder, red)) {
                EntryInfo entry =
                        ((Reply.Entries) desk.call(ROOT, new Request.ListEntries("b"))).entries().get(1);
                assertThat(entry.state()).isEqualTo(State.PENDING);
                assertThat(entry.compatible()).isEqualTo("test,blue-v1");
                desk.save();
                assertThat(node()).isEqualTo(before);
            }
        }
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.text("b", "b")).isEqualTo("b");
            assertThat(desk.text("b", "a")).isEqualTo("r");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHandlerThatFailsLeavesItsEntryPendingWithTheReason(boolean refuses) throws Exception {
        blue.onRestore = refuses ? FakeHandler.refusing("not today") : FakeHandler.failing("not today");
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.status().pending()).singleElement()
                    .satisfies(left -> assertThat(left.reason()).isEqualTo("not today"));
            assertThat(desk.text("b", "a")).isEqualTo("r");
            assertThatThrownBy(() -> desk.call(ROOT, new Request.Get("b", "b", true, false)))
                    .isInstanceOf(Refused.BoxSealed.class);
            desk.unseal("b");
            assertThatThrownBy(() -> desk.call(ROOT, new Request.Get("b", "b", true, false)))
                    .isInstanceOf(Refused.FdPending.class);
        }
        blue.onRestore = FakeHandler.FINE;
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.text("b", "b")).isEqualTo("b");
        }
    }

    @Test
    void aDamagedPayloadIsNeverHandedOut() throws Exception {
        String file = (String) Manifest.node(node().get("payload")).get("file");
        Files.writeString(folder.resolve("state").resolve(file), "B");
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.peek("b", "b")).isEmpty();
            assertThat(desk.status().pending().getFirst().reason()).contains("damaged");
            assertThat(desk.text("b", "a")).isEqualTo("r");
        }
    }

    @Test
    void whatNobodyKnowsOfAPendingEntryIsWrittenAgainUnchanged() throws Exception {
        ManifestFile.edit(manifest, root -> {
            ManifestFile.entry(root, "b", "b").put("future", Map.of("x", 1L));
            ManifestFile.box(root, "b").put("colour", "green");
            root.put("origin", "elsewhere");
        });
        try (var desk = new Desk(folder, red)) {
            desk.save();
        }
        assertThat(node()).containsEntry("future", Map.of("x", 1L));
        assertThat(ManifestFile.box(ManifestFile.read(manifest), "b")).containsEntry("colour", "green");
        assertThat(ManifestFile.read(manifest)).containsEntry("origin", "elsewhere");
    }

    @Test
    void aBoxThatNobodyKnowsIsCarriedAlongAndKeepsItsName() throws Exception {
        Map<String, Object> strange = ManifestFile.strangeBox("strange");
        ManifestFile.edit(manifest, root -> ManifestFile.addBox(root, strange));
        for (int life = 0; life < 2; life++) {
            try (var desk = new Desk(folder, red, blue)) {
                assertThat(desk.boxes.store().list(Caller.of(ROOT))).extracting(BoxInfo::name)
                        .containsExactly("b");
                assertThatThrownBy(
                        () -> desk.call(ROOT, new Request.CreateBox("strange", OptionalInt.empty())))
                        .isInstanceOf(Refused.BoxExists.class);
                assertThat(desk.status().pending()).extracting(Reply.Left::box).containsExactly("strange");
                desk.save();
            }
            assertThat(ManifestFile.box(ManifestFile.read(manifest), "strange")).isEqualTo(strange);
        }
    }

    @Test
    void theNameOfAPendingEntryStaysTaken() throws Exception {
        try (var desk = new Desk(folder, red); OwnedFd fd = red.make("x")) {
            desk.unseal("b");
            assertThatThrownBy(() -> desk.call(ROOT, new Request.Put("b", "b", 0, false), fd))
                    .isInstanceOf(Refused.FdExists.class);
            assertThatThrownBy(() -> desk.call(ROOT, new Request.Put("b", "b", 0, true), fd))
                    .isInstanceOf(Refused.FdPending.class);
            desk.call(ROOT, new Request.Drop("b", "b"));
            desk.call(ROOT, new Request.Put("b", "b", 0, false), fd);
        }
    }

    @Test
    void aPayloadNameThatIsNoneDoesNotStopLaterSaves() throws Exception {
        ManifestFile.edit(manifest, root -> {
            var entry = ManifestFile.entry(root, "b", "b");
            var payload = new LinkedHashMap<>(Manifest.node(entry.get("payload")));
            payload.put("file", "x");
            entry.put("payload", payload);
        });
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.status().pending()).hasSize(1);
            desk.save();
            desk.save();
        }
    }

    @Test
    void malformedNodesAreLostAndTheOthersComeBack() throws Exception {
        ManifestFile.edit(manifest, root -> {
            ManifestFile.entry(root, "b", "b").put("name", "../b");
            ManifestFile.addBox(root, new LinkedHashMap<>(Map.of("compatible", "fdbox,box-v1")));
            ManifestFile.addBox(root, new LinkedHashMap<>(ManifestFile.box(root, "b")));
        });
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.names("b")).containsExactly("a");
            assertThat(desk.status().lost()).hasSize(3);
        }
    }

    @Test
    void aBoxWhoseAccessCannotBeReadIsRootsAlone() throws Exception {
        ManifestFile.edit(manifest, root -> {
            var box = ManifestFile.box(root, "b");
            box.put("mode", "rwxrwxrwx");
            box.put("owner", "1000");
            box.put("group", null);
        });
        try (var desk = new Desk(folder, red, blue)) {
            assertThat(desk.info("b").owner()).isZero();
            assertThat(desk.info("b").mode()).isEqualTo(0700);
        }
    }
}
