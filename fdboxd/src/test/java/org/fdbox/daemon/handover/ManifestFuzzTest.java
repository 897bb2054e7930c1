package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.FuzzFolder;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Name;
import org.fdbox.protocol.Refused;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a manifest, beside two payloads, "A" and "B", and a link that leads out of the state directory.
class ManifestFuzzTest {

    private static final Set<String> CONTENTS = Set.of("A", "B");

    private static FuzzFolder folder;
    private static StateDirectory state;
    private static final FakeHandler RED = new FakeHandler("red");

    @BeforeAll
    static void open() throws Exception {
        folder = new FuzzFolder();
        state = StateDirectory.open(folder.path().resolve("state"), Step.Watcher.NONE);
        Files.writeString(folder.path().resolve("secret"), "S");
    }

    @AfterAll
    static void close() throws Exception {
        state.close();
        folder.close();
    }

    static Stream<byte[]> seeds() {
        Map<String, Object> a = entry("a", "payload", payload("payload/1-1", "A"));
        Map<String, Object> b = entry("b", "payload", payload("payload/1-2", "B"));
        Map<String, Object> out = entry("c", "payload", payload("payload/1-3", "S"));
        return Stream.of(
                manifest(),
                manifest(box("vm1", a, b, out)),
                manifest(box("vm1", a), box("vm2", entry("x", "sameAs", "vm1/a"), b)),
                manifest(box("vm1", a, entry("x", "sameAs", "a"),
                        entry("y", "payload", Map.of("sharedWith", "a")))),
                manifest(box("vm1", b, entry("l", "live", true), entry("s", "spent", true))),
                manifest(Map.of("compatible", "other,box-v9", "name", "vm3", "fds", List.of(a), "colour", 7L),
                        box("vm3", b)));
    }

    private static byte[] manifest(Object... boxes) {
        var nodes = Manifest.nodes(Arrays.asList(boxes));
        return new Manifest(3, "test", 1, "boot", nodes, Map.of("later", List.of("payload/1-2"))).write();
    }

    private static Map<String, Object> box(String name, Object... entries) {
        var box = new LinkedHashMap<String, Object>();
        box.put("compatible", Manifest.BOX_COMPATIBLE);
        box.put("name", name);
        box.put("owner", 1000L);
        box.put("group", 0L);
        box.put("mode", "0750");
        box.put("createdUSec", 5L);
        box.put("fds", List.of(entries));
        return box;
    }

    private static Map<String, Object> entry(String name, String field, Object value) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("name", name);
        entry.put("compatible", RED.compatible());
        entry.put("putterUid", 1000L);
        entry.put("putterGroups", List.of(1L, 2L));
        entry.put("properties", Map.of("by", "red"));
        entry.put(field, value);
        return entry;
    }

    private static Map<String, Object> payload(String file, String text) {
        var crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return Map.of("file", file, "size", 1L, "extents", List.of(List.of(0L, 1L)), "crc32c",
                "%08x".formatted(crc.getValue()));
    }

    /// What is no manifest is refused whole and touches nothing. Of one, what is wrong is refused entry by entry, and the rest is back;
    /// what is saved then and recovered once more is the same.
    @MethodSource("seeds")
    @FuzzTest(maxExecutions = 30_000)
    void isRefusedOrComesBack(byte[] bytes) throws Exception {
        Manifest manifest;
        try {
            manifest = Manifest.read(bytes, true);
        } catch (Malformed refused) {
            assertThat(refused.getMessage()).isNotBlank();
            return;
        }
        assertThat(Manifest.read(manifest.write(), false)).isEqualTo(manifest);
        lay(bytes);
        int free = FuzzFolder.freeNumber();
        List<String> back;
        try (var life = new FuzzLife(state, RED)) {
            life.recover();
            back = life.told();
            assertThat(back).containsAll(intact(manifest));
            assertThat(life.contents()).isSubsetOf(CONTENTS);
            life.save();
        }
        try (var life = new FuzzLife(state, RED)) {
            life.recover();
            assertThat(life.told()).isEqualTo(back);
            assertThat(life.contents()).isSubsetOf(CONTENTS);
        }
        assertThat(RED.faults).isEmpty();
        assertThat(FuzzFolder.freeNumber()).isEqualTo(free);
        assertThat(folder.path().toFile().list()).containsExactlyInAnyOrder("state", "secret");
        assertKept(manifest, Manifest.read(Files.readAllBytes(state.manifest()), false));
    }

    private static void lay(byte[] manifest) throws Exception {
        Path payloads = state.payloads().path();
        Files.writeString(payloads.resolve("1-1"), "A");
        Files.writeString(payloads.resolve("1-2"), "B");
        Files.deleteIfExists(payloads.resolve("1-3"));
        Files.createSymbolicLink(payloads.resolve("1-3"), Path.of("../../secret"));
        Files.write(state.manifest(), manifest);
    }

    /// What this version does not know goes on being carried.
    private static void assertKept(Manifest before, Manifest after) {
        assertThat(after.unknown()).isEqualTo(before.unknown());
        var names = new HashSet<String>();
        for (Map<String, Object> box : before.boxes()) {
            boolean known = Manifest.BOX_COMPATIBLE.equals(box.get("compatible"));
            if (isName(box.get("name")) && names.add((String) box.get("name")) && !known) {
                assertThat(after.boxes()).contains(box);
            }
        }
    }

    /// Each entry that has a name of its own and a kind, in a box of which the same is true.
    private static List<String> intact(Manifest manifest) {
        var intact = new ArrayList<String>();
        var boxes = new HashSet<String>();
        for (Map<String, Object> box : manifest.boxes()) {
            boolean known = Manifest.BOX_COMPATIBLE.equals(box.get("compatible"));
            if (!isName(box.get("name")) || !known || !boxes.add((String) box.get("name"))) {
                continue;
            }
            var entries = new HashSet<String>();
            for (Map<String, Object> entry : Manifest.nodes(box.get("fds"))) {
                boolean whole = isName(entry.get("name")) && entries.add((String) entry.get("name"))
                        && entry.get("compatible") instanceof String && !entry.containsKey("sameAs")
                        && !Boolean.TRUE.equals(entry.get("live"));
                if (whole) {
                    intact.add(box.get("name") + "/" + entry.get("name"));
                }
            }
        }
        return intact;
    }

    private static boolean isName(Object value) {
        try {
            return value instanceof String text && Name.check(text).equals(text);
        } catch (Refused.InvalidName bad) {
            return false;
        }
    }
}
