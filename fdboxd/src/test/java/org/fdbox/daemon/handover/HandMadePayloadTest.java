package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Payloads that a manifest names in places, or by names, that no save of this version would choose: none is lost or written over.
@ExtendWith(NothingLeaks.class)
class HandMadePayloadTest {

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private Path manifest;

    /// Box "b" with entries "a", "b" and "c".
    @BeforeEach
    void save() throws Exception {
        manifest = ManifestFile.in(folder);
        try (var desk = new Desk(folder, red);
                OwnedFd a = red.make("A");
                OwnedFd b = red.make("B");
                OwnedFd c = red.make("C")) {
            desk.box("b", a, b, c);
            desk.seal("b");
            desk.save();
        }
    }

    private static void nameFile(Map<String, Object> node, String file) {
        var payload = new LinkedHashMap<>(Manifest.node(node.get("payload")));
        payload.put("file", file);
        node.put("payload", payload);
    }

    /// What waits may name what the next save would call its own.
    @Test
    void aPayloadOfTheNextGenerationIsNotWrittenOver() throws Exception {
        Path state = folder.resolve("state");
        Files.move(state.resolve("payload/1-1"), state.resolve("payload/2-1"));
        ManifestFile.edit(manifest, root -> {
            ManifestFile.entry(root, "b", "a").put("compatible", "other,x-v1");
            nameFile(ManifestFile.entry(root, "b", "a"), "payload/2-1");
            ManifestFile.entry(root, "b", "c").put("compatible", "other,x-v1");
            nameFile(ManifestFile.entry(root, "b", "c"), "payload/2-2");
        });
        try (var desk = new Desk(folder, red)) {
            desk.save();
        }
        assertThat(state.resolve("payload/2-1")).hasContent("A");
        assertThat(state.resolve("payload/2-2")).doesNotExist();
        try (var desk = new Desk(folder, red)) {
            assertThat(desk.text("b", "b")).isEqualTo("B");
        }
    }

    @Test
    void aFolderInAPayloadsPlaceStopsNothing() throws Exception {
        Path strange = Files.createDirectories(folder.resolve("state/payload/2-1/full"));
        try (var desk = new Desk(folder, red)) {
            desk.save();
        }
        assertThat(strange).exists();
        try (var desk = new Desk(folder, red)) {
            assertThat(desk.text("b", "a")).isEqualTo("A");
        }
    }

    @Test
    void payloadsThatOnlyALaterVersionUnderstandsGoAlongWhereverTheyAreNamed() throws Exception {
        Path state = folder.resolve("state");
        for (String name : List.of("7-1", "7-2", "7-3")) {
            Files.writeString(state.resolve("payload/" + name), "contents of " + name);
        }
        ManifestFile.edit(manifest, root -> {
            Map<String, Object> strange = ManifestFile.strangeBox("strange");
            strange.put("parts", List.of(Map.of("properties", Map.of("at", List.of("payload/7-1")))));
            ManifestFile.addBox(root, strange);
            ManifestFile.box(root, "b").put("label", Map.of("image", "payload/7-2"));
            root.put("index", "payload/7-3");
        });
        Path there = Files.createDirectory(folder.resolve("there"));
        for (int life = 0; life < 2; life++) {
            try (var desk = new Desk(folder, red)) {
                desk.save();
                desk.save(there.resolve("state"));
            }
        }
        assertThat(state.resolve("payload/7-1")).hasContent("contents of 7-1");
        assertThat(state.resolve("payload/7-2")).hasContent("contents of 7-2");
        assertThat(state.resolve("payload/7-3")).hasContent("contents of 7-3");
        Map<String, Object> root = ManifestFile.read(ManifestFile.in(there));
        var part = Manifest.node(((List<?>) ManifestFile.box(root, "strange").get("parts")).getFirst());
        String first = (String) ((List<?>) Manifest.node(part.get("properties")).get("at")).getFirst();
        String second = (String) Manifest.node(ManifestFile.box(root, "b").get("label")).get("image");
        String third = (String) root.get("index");
        assertThat(there.resolve("state").resolve(first)).hasContent("contents of 7-1");
        assertThat(there.resolve("state").resolve(second)).hasContent("contents of 7-2");
        assertThat(there.resolve("state").resolve(third)).hasContent("contents of 7-3");
    }

    @Test
    void anEntryWithoutItsContentsDoesNotSpoilASaveElsewhere() throws Exception {
        Files.delete(folder.resolve("state/payload/1-1"));
        Path there = Files.createDirectory(folder.resolve("there"));
        try (var desk = new Desk(folder, red)) {
            assertThat(desk.info("b").pending()).isEqualTo(1);
            assertThat(desk.save(there.resolve("state")).leftOut().orElseThrow()).isEmpty();
        }
        try (var desk = new Desk(there, red)) {
            assertThat(desk.text("b", "b")).isEqualTo("B");
            assertThat(desk.info("b").pending()).isEqualTo(1);
        }
    }
}
