package org.fdbox.test.varlinkctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fdbox.protocol.Json;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Shell;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// varlinkctl(1) of systemd 258 or later, which pushes and receives descriptors: the one in PATH, or the command line that the
/// system property or the variable FDBOX_VARLINKCTL gives, for example one that runs it by a loader of its own.
class VarlinkctlTest {

    private static final int OLDEST = 258;

    private static List<String> varlinkctl;
    private static DaemonProcess daemon;
    private static Path files;

    @BeforeAll
    static void startDaemon(@TempDir Path folder) throws Exception {
        varlinkctl = commandLine();
        assumeTrue(varlinkctl != null,
                "varlinkctl is not in PATH, and FDBOX_VARLINKCTL does not say where it is");
        int version = version();
        assumeTrue(version >= OLDEST,
                "varlinkctl is of systemd " + version + ", and only " + OLDEST
                        + " and later push descriptors");
        files = folder;
        daemon = DaemonProcess.start(folder);
    }

    private static List<String> commandLine() {
        String said = System.getProperty("FDBOX_VARLINKCTL", System.getenv("FDBOX_VARLINKCTL"));
        if (said != null && !said.isBlank()) {
            return List.of(said.strip().split(" +"));
        }
        return Shell.has("varlinkctl") ? List.of("varlinkctl") : null;
    }

    private static int version() throws Exception {
        var command = new ArrayList<>(varlinkctl);
        command.add("--version");
        String said = Shell.run(command).out();
        return Integer.parseInt(said.replaceFirst("(?s)^systemd (\\d+).*", "$1"));
    }

    @AfterAll
    static void endDaemon() throws Exception {
        if (daemon != null) {
            try (DaemonProcess ending = daemon) {
                assertThat(ending.terminate()).isZero();
            }
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        daemon.assertNothingLeaked();
    }

    private static Shell.Result run(String... arguments) throws Exception {
        var command = new ArrayList<>(varlinkctl);
        command.addAll(List.of(arguments));
        return Shell.run(command);
    }

    private static String succeeds(String... arguments) throws Exception {
        Shell.Result result = run(arguments);
        assertThat(result.status()).as(result.toString()).isZero();
        return result.out();
    }

    private static Map<String, Object> call(String method, String parameters, String... options)
            throws Exception {
        var arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("--json=short", "call", daemon.socket().toString(),
                "org.fdbox.Store." + method, parameters));
        return Json.readObject(succeeds(arguments.toArray(String[]::new)).getBytes());
    }

    @Test
    void itKnowsTheService() throws Exception {
        assertThat(succeeds("info", daemon.socket().toString())).contains("fdbox", "fdboxd");
        assertThat(succeeds("list-interfaces", daemon.socket().toString()).lines()).containsExactlyInAnyOrder(
                "org.fdbox.Handover", "org.fdbox.Store", "org.varlink.service");
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.fdbox.Store", "org.fdbox.Handover", "org.varlink.service"})
    void itUnderstandsTheInterfaces(String name) throws Exception {
        String text = succeeds("introspect", daemon.socket().toString(), name);
        assertThat(text).contains("interface " + name);
        Path file = Files.writeString(files.resolve(name), text);
        succeeds("validate-idl", file.toString());
    }

    @Test
    void whatItPushesItGets() throws Exception {
        Path disk = Files.writeString(files.resolve("disk.img"), "first sector");
        Path log = Files.writeString(files.resolve("log"), "one line");
        call("CreateBox", "{\"name\":\"vm1\"}");
        Map<String, Object> put = call("Put", "{\"box\":\"vm1\",\"name\":\"disk\"}", "--push-fd=" + disk);
        assertThat(put.get("entry").toString()).contains("name=disk", "kind=file");
        call("PutMany", "{\"box\":\"vm1\",\"files\":[{\"name\":\"a\",\"fileDescriptor\":1},"
                + "{\"name\":\"b\",\"fileDescriptor\":0}]}", "--push-fd=" + disk, "--push-fd=" + log);
        String got = succeeds("call", "--exec", daemon.socket().toString(), "org.fdbox.Store.GetMany",
                "{\"box\":\"vm1\",\"names\":[\"a\",\"disk\"]}", "--",
                "sh", "-c", "echo $LISTEN_FDS; cat <&3; echo; cat <&4");
        assertThat(got.lines()).endsWith("2", "one line", "first sector");
        assertThat(call("List", "{\"box\":\"vm1\"}").get("entries").toString()).contains("name=b")
                .doesNotContain("name=a");
        assertThat(call("DeleteBox", "{\"name\":\"vm1\"}")).containsEntry("released", 1L);
    }

    @Test
    void itShowsRefusalsByName() throws Exception {
        Shell.Result result = run("call", daemon.socket().toString(), "org.fdbox.Store.Get",
                "{\"box\":\"none\",\"name\":\"x\"}");
        assertThat(result.status()).isNotZero();
        assertThat(result.err()).contains("org.fdbox.Store.NoSuchBox");
    }

    @Test
    void severalRepliesFollowOneAnother() throws Exception {
        String replies = succeeds("call", "--more", "--json=short", daemon.socket().toString(),
                "org.fdbox.Handover.Save", "{}");
        assertThat(replies.lines().toList().getLast()).contains("\"manifest\":\"" + daemon.state());
    }
}
