package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Reply.Left;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A manifest by somebody's hand: what is wrong is refused entry by entry, with the reason; the rest comes back, and nothing
/// intact is lost.
@ExtendWith(NothingLeaks.class)
class HandMadeManifestTest {

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private Path manifest;

    /// Box "b" with entries "a", "b" and "c", box "other" with entry "a".
    @BeforeEach
    void save() throws Exception {
        manifest = ManifestFile.in(folder);
        try (var desk = new Desk(folder, red);
                OwnedFd a = red.make("A");
                OwnedFd b = red.make("B");
                OwnedFd c = red.make("C")) {
            desk.box("b", a, b, c);
            desk.box("other", b);
            desk.seal("b");
            desk.seal("other");
            desk.save();
        }
        ManifestFile.edit(manifest, root -> {
            Map<String, Object> other = ManifestFile.entry(root, "other", "a");
            assertThat(other.remove("sameAs")).isEqualTo("b/b");
            other.put("compatible", red.compatible());
            other.put("properties", Map.of());
            other.put("payload", ManifestFile.entry(root, "b", "b").get("payload"));
        });
    }

    private static Arguments wrong(String what, String reason, Consumer<Map<String, Object>> change) {
        return Arguments.of(what, reason, change);
    }

    private static Map<String, Object> payload(Map<String, Object> node, String field, Object value) {
        var payload = new LinkedHashMap<>(Manifest.node(node.get("payload")));
        payload.put(field, value);
        node.put("payload", payload);
        return payload;
    }

    static Stream<Arguments> wrongNodes() {
        return Stream.of(
                wrong("uid 2^32, which is not root's", "putterUid", node -> node.put("putterUid", 1L << 32)),
                wrong("uid -1", "putterUid", node -> node.put("putterUid", -1L)),
                wrong("uid of nobody", "putterUid", node -> node.put("putterUid", 0xffff_ffffL)),
                wrong("uid as text", "putterUid", node -> node.put("putterUid", "0")),
                wrong("gid 2^40", "putterGid", node -> node.put("putterGid", 1L << 40)),
                wrong("a million groups", "putterGroups",
                        node -> node.put("putterGroups", Collections.nCopies(1_000_000, 7L))),
                wrong("groups that are none", "putterGroups", node -> node.put("putterGroups", List.of(-1L))),
                wrong("one group", "putterGroups", node -> node.put("putterGroups", 7L)),
                wrong("name with a slash", "no proper name", node -> node.put("name", "x/y")),
                wrong("name that leads up", "no proper name", node -> node.put("name", "../../a")),
                wrong("name that is no text", "no proper name", node -> node.put("name", 7L)),
                wrong("name that is there", "twice", node -> node.put("name", "a")),
                wrong("no kind", "what kind", node -> node.remove("compatible")),
                wrong("same as itself", "same open file as c", node -> {
                    node.put("sameAs", "c");
                    node.remove("compatible");
                }),
                wrong("same as nobody", "same open file as x/y", node -> {
                    node.put("sameAs", "x/y");
                    node.remove("compatible");
                }),
                wrong("same as a number", "same open file as 7", node -> {
                    node.put("sameAs", 7L);
                    node.remove("compatible");
                }),
                wrong("shares with itself", "useful", node -> node.put("payload", Map.of("sharedWith", "c"))),
                wrong("shares with a number", "useful",
                        node -> node.put("payload", Map.of("sharedWith", 7L))),
                wrong("payload is text", "useful", node -> node.put("payload", "payload/1-1")),
                wrong("payload up", "no name of a payload",
                        node -> payload(node, "file", "payload/../../secret")),
                wrong("payload absolute", "no name of a payload",
                        node -> payload(node, "file", "/etc/passwd")),
                wrong("payload a device", "no name of a payload", node -> payload(node, "file", "/dev/zero")),
                wrong("payload missing", "no such file", node -> payload(node, "file", "payload/9-9")),
                wrong("size 2^62", "bytes", node -> payload(node, "size", 1L << 62)),
                wrong("size and extent 2^62", "bytes", node -> {
                    payload(node, "size", 1L << 62);
                    payload(node, "extents", List.of(List.of(0L, 1L << 62)));
                }),
                wrong("size -1", "malformed", node -> payload(node, "size", -1L)),
                wrong("a hundred thousand extents", "malformed",
                        node -> payload(node, "extents", Collections.nCopies(100_000, List.of(0L, 1L)))),
                wrong("another checksum", "damaged", node -> payload(node, "crc32c", "00000000")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongNodes")
    void whatIsWrongIsRefusedAndTheOthersComeBack(
            String what, String reason, Consumer<Map<String, Object>> change) throws Exception {
        ManifestFile.edit(manifest, root -> change.accept(ManifestFile.entry(root, "b", "c")));
        for (int life = 0; life < 2; life++) {
            try (var desk = new Desk(folder, red)) {
                assertThat(desk.text("b", "a")).isEqualTo("A");
                assertThat(desk.text("b", "b")).isEqualTo("B");
                assertThat(desk.text("other", "a")).isEqualTo("B");
                List<Left> left = desk.status().pending();
                assertThat(life == 0 && left.isEmpty() ? desk.status().lost() : left)
                        .hasSizeBetween(life == 0 ? 1 : 0, 1)
                        .allSatisfy(one -> assertThat(one.reason()).contains(reason));
                desk.unseal("b");
                assertThat(desk.peek("b", "c")).as(what).isEmpty();
                desk.seal("b");
                desk.save();
            }
        }
    }

    @Test
    void aliasesInACircleAreLost() throws Exception {
        ManifestFile.edit(manifest, root -> {
            var b = ManifestFile.entry(root, "b", "b");
            var c = ManifestFile.entry(root, "b", "c");
            b.keySet().retainAll(List.of("name"));
            c.keySet().retainAll(List.of("name"));
            b.put("sameAs", "b/c");
            c.put("sameAs", "b");
        });
        try (var desk = new Desk(folder, red)) {
            assertThat(desk.names("b")).containsExactly("a");
            assertThat(desk.status().lost()).hasSize(2);
        }
    }

    @Test
    void anAliasOfAnAliasIsLostAndAnAliasOfWhatIsPendingIsPending() throws Exception {
        ManifestFile.edit(manifest, root -> {
            ManifestFile.entry(root, "b", "a").put("compatible", "other,x-v1");
            var b = ManifestFile.entry(root, "b", "b");
            var c = ManifestFile.entry(root, "b", "c");
            b.keySet().retainAll(List.of("name"));
            c.keySet().retainAll(List.of("name"));
            b.put("sameAs", "a");
            c.put("sameAs", "b");
        });
        try (var desk = new Desk(folder, red)) {
            assertThat(desk.names("b")).containsExactly("a", "b");
            assertThat(desk.info("b").pending()).isEqualTo(2);
            assertThat(desk.status().lost()).singleElement()
                    .satisfies(left -> assertThat(left.name()).contains("c"));
        }
    }

    @Test
    void anAliasOfWhatIsLiveIsLostWithIt() throws Exception {
        ManifestFile.edit(manifest, root -> {
            ManifestFile.entry(root, "b", "a").put("live", true);
            var c = ManifestFile.entry(root, "b", "c");
            c.keySet().retainAll(List.of("name"));
            c.put("sameAs", "a");
        });
        try (var desk = new Desk(folder, red)) {
            assertThat(desk.names("b")).containsExactly("b");
            assertThat(desk.status().lost()).hasSize(2);
        }
    }

    @Test
    void payloadsSharedInACircleOrByAChainStayPending() throws Exception {
        ManifestFile.edit(manifest, root -> {
            ManifestFile.entry(root, "b", "a").put("payload", Map.of("sharedWith", "c"));
            ManifestFile.entry(root, "b", "c").put("payload", Map.of("sharedWith", "b/a"));
            ManifestFile.entry(root, "other", "a").put("payload", Map.of("sharedWith", "b/a"));
        });
        try (var desk = new Desk(folder, red)) {
            assertThat(desk.text("b", "b")).isEqualTo("B");
            assertThat(desk.status().pending()).hasSize(3);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, (1L << 62) + 1})
    void aGenerationThatCannotBeCountedOnIsRefusedAndNothingIsTouched(long generation) throws Exception {
        Map<String, Object> root = ManifestFile.read(manifest);
        root.put("generation", generation);
        Files.write(manifest, Json.write(root));
        Path partial = Files.createFile(folder.resolve("state/x.partial"));
        assertThatThrownBy(() -> new Desk(folder, true, red)).isInstanceOf(Malformed.class)
                .hasMessageContaining(String.valueOf(generation))
                .hasMessageContaining("--accept-edited");
        assertThat(partial).exists();
        assertThat(folder.resolve("state/payload/1-1")).exists();
    }

    @Test
    void theLargestGenerationCanBeFollowed() throws Exception {
        ManifestFile.edit(manifest, root -> root.put("generation", 1L << 62));
        try (var desk = new Desk(folder, red)) {
            desk.save();
            assertThat(desk.status().generation()).isEqualTo((1L << 62) + 1);
        }
    }
}
