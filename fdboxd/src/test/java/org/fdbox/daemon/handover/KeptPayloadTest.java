package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fdbox.daemon.handlers.MemfdHandler;
import org.fdbox.daemon.kexec.Holder;
import org.fdbox.daemon.kexec.Kexec;
import org.fdbox.daemon.kexec.Use;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.FakeLiveUpdate;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A manifest that says by a stranger's hand what the kernel has.
@ExtendWith(NothingLeaks.class)
class KeptPayloadTest {

    @TempDir
    Path folder;

    private final FakeLiveUpdate kernel = new FakeLiveUpdate();

    @BeforeEach
    void save() throws Exception {
        try (Desk desk = desk(); OwnedFd memfd = Fds.memfd("text")) {
            desk.box("b", memfd);
            desk.seal("b");
            desk.save();
            kernel.kexec();
        }
    }

    @AfterEach
    void close() {
        kernel.close();
    }

    private Desk desk() throws Exception {
        var kexec = new Kexec(Use.AUTO, kernel.liveUpdate(), Holder.NOBODY);
        return new Desk(folder, kexec, Step.Watcher.NONE, new MemfdHandler());
    }

    private void edit(Consumer<Map<String, Object>> change) throws Exception {
        ManifestFile.edit(ManifestFile.in(folder),
                root -> change.accept(Manifest.node(ManifestFile.entry(root, "b", "a").get("payload"))));
    }

    static Stream<Object> whatSaysNothing() {
        return Stream.of("text", 7L, List.of(), Map.of(), Map.of("session", "fdbox"), Map.of("token", 0L),
                Map.of("session", 7L, "token", 0L), Map.of("session", "fdbox", "token", -1L),
                Map.of("session", "fdbox", "token", "0"), Map.of("session", "", "token", 0L),
                Map.of("session", "a b", "token", 0L), Map.of("session", "x".repeat(1000), "token", 0L),
                Map.of("session", "fdbox\u0000", "token", Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("whatSaysNothing")
    void theFileIsRead(Object luo) throws Exception {
        edit(payload -> payload.put("luo", luo));
        try (Desk desk = desk()) {
            assertThat(desk.text("b", "a")).isEqualTo("text");
        }
    }

    @ParameterizedTest
    @MethodSource("whatSaysNothing")
    void withoutAFileItWaits(Object luo) throws Exception {
        edit(payload -> {
            payload.put("luo", luo);
            payload.remove("file");
        });
        try (Desk desk = desk()) {
            assertThat(desk.status().pending()).extracting(Reply.Left::box).containsExactly("b");
        }
    }

    /// What the kernel has under another's number does not have the checksum.
    @Test
    void anothersMemoryIsNotTaken() throws Exception {
        edit(payload -> payload.put("crc32c", "00000000"));
        try (Desk desk = desk()) {
            assertThat(desk.status().pending()).extracting(Reply.Left::reason).singleElement().asString()
                    .contains("is damaged");
        }
    }
}
