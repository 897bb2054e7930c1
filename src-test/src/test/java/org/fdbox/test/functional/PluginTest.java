package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.EntryInfo.State;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A handler in a jar of its own, in a folder that the configuration names.
class PluginTest {

    @TempDir
    Path folder;

    private Path jar;
    private Path config;

    @BeforeEach
    void build() throws Exception {
        jar = folder.resolve("plugins/note.jar");
        PluginJar.build(folder, jar);
        config = folder.resolve("fdboxd.json");
        Files.writeString(config, """
                {"pluginDirectory": "%s", "disabledHandlers": ["fdbox,memfd-v1"]}
                """.formatted(jar.getParent()));
    }

    private DaemonProcess start() throws Exception {
        return DaemonProcess.start(folder, "--config", config.toString());
    }

    private static EntryInfo entry(FdBoxClient client) throws Exception {
        return client.list("b").entries().getFirst();
    }

    private void save() throws Exception {
        try (DaemonProcess daemon = start();
                FdBoxClient client = daemon.client();
                OwnedFd note = TestFds.memfd("remember")) {
            client.createBox("b");
            assertThat(client.put("b", "e", note).compatible()).isEqualTo("demo,note-v1");
            client.seal("b");
            client.handover().save(Optional.empty(), _ -> {});
            daemon.kill();
        }
    }

    private void assertBack() throws Exception {
        try (DaemonProcess daemon = start(); FdBoxClient client = daemon.client()) {
            assertThat(entry(client).state()).isEqualTo(State.HELD);
            assertThat(entry(client).kind()).isEqualTo("note");
            assertThat(client.handover().handlers()).extracting(Reply.HandlerInfo::origin)
                    .contains("demo.NoteHandler in note.jar");
            client.unseal("b");
            try (OwnedFd back = client.take("b", "e")) {
                assertThat(TestFds.text(back)).isEqualTo("remember");
            }
        }
    }

    @Test
    void whatItSavedItMakesAgain() throws Exception {
        save();
        assertBack();
    }

    @Test
    void withoutTheJarItWaits() throws Exception {
        save();
        Path aside = folder.resolve("note.jar");
        Files.move(jar, aside);
        try (DaemonProcess daemon = start(); FdBoxClient client = daemon.client()) {
            assertThat(entry(client).state()).isEqualTo(State.PENDING);
            assertThat(daemon.terminate()).isZero();
        }
        Files.move(aside, jar);
        assertBack();
    }

    @Test
    void whatOthersCouldWriteIsNotLoaded() throws Exception {
        for (Path writable : List.of(jar, jar.getParent())) {
            var before = Files.getPosixFilePermissions(writable);
            Files.setPosixFilePermissions(writable, PosixFilePermissions.fromString("rwxrwxr-x"));
            try (DaemonProcess daemon = start(); FdBoxClient client = daemon.client()) {
                assertThat(client.handover().handlers()).extracting(Reply.HandlerInfo::compatible)
                        .doesNotContain("demo,note-v1");
                assertThat(daemon.log()).contains(
                        writable + " is not used: others can write to " + writable.toRealPath()
                                + " (mode 0775)");
            }
            Files.setPosixFilePermissions(writable, before);
        }
    }

    private void assertCannotStart(String... reasons) throws Exception {
        try (var daemon = DaemonProcess.launch(folder, List.of(), "--config", config.toString())) {
            assertThat(daemon.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(daemon.process().exitValue()).isEqualTo(1);
            assertThat(daemon.log()).contains(reasons);
        }
    }

    @Test
    void twoHandlersOfOneNameEndTheStart() throws Exception {
        Files.copy(jar, jar.resolveSibling("note-2.jar"));
        assertCannotStart("two handlers for demo,note-v1", "demo.NoteHandler in note-2.jar",
                "demo.NoteHandler in note.jar");
    }

    @Test
    void aHandlerThatCannotBeMadeEndsTheStart() throws Exception {
        PluginJar.write(jar, Map.of("META-INF/services/org.fdbox.spi.FdHandler", "demo.Missing".getBytes()));
        assertCannotStart("the handlers in " + jar.getParent() + " cannot be used", "demo.Missing");
    }

    @Test
    void aJarWithoutAHandlerIsPassedOver() throws Exception {
        Files.writeString(jar.resolveSibling("text.jar"), "no jar");
        try (DaemonProcess daemon = start(); FdBoxClient client = daemon.client()) {
            assertThat(client.handover().handlers()).extracting(Reply.HandlerInfo::compatible)
                    .contains("demo,note-v1");
            assertThat(daemon.log()).contains("text.jar has no handler");
        }
    }
}
