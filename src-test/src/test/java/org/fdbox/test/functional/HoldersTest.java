package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Holder;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.OwnedFd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever else has a file of a box open is found and named, and keeps the box from being sealed exclusively.
class HoldersTest {

    private static final int SELF = (int) ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    private DaemonProcess daemon;
    private FdBoxClient client;
    private final List<Process> children = new ArrayList<>();

    @BeforeEach
    void aDaemonWithABox() throws Exception {
        daemon = DaemonProcess.start(folder);
        client = daemon.client();
        client.createBox("b");
    }

    @AfterEach
    void endAll() throws Exception {
        for (Process child : children) {
            child.destroyForcibly().waitFor();
        }
        try (DaemonProcess ending = daemon) {
            client.deleteBox("b");
            client.close();
            ending.assertNothingLeaked();
        }
    }

    /// Becomes a sleeping program that has inherited a copy of an entry as 3, and no more.
    private Process inheriting(String entry) throws Exception {
        var command = new ProcessBuilder(Programs.cli("get", "b", entry, "--keep", "--", "sleep", "60"));
        command.environment().put("FDBOX_SOCKET", daemon.socket().toString());
        Process child = command.start();
        children.add(child);
        Path name = Path.of("/proc/" + child.pid() + "/comm");
        Eventually.holds("it sleeps", () -> Files.readString(name).equals("sleep\n"));
        return child;
    }

    private static Holder sleeper(Process child) {
        return new Holder((int) child.pid(), 3, "sleep");
    }

    private void putMemfd(String name) throws Exception {
        try (OwnedFd memfd = TestFds.memfd("contents")) {
            client.put("b", name, memfd);
        }
    }

    private List<Holder> holders(String name) throws Exception {
        return client.holders("b", name).holders();
    }

    private void assertBusy(String name, Holder... holders) {
        assertThatExceptionOfType(Refused.FdBusy.class)
                .isThrownBy(() -> client.seal("b", true))
                .satisfies(busy -> {
                    assertThat(busy.parameters()).containsEntry("box", "b").containsEntry("name", name);
                    assertThat(busy.found().holders()).containsExactly(holders);
                });
    }

    @Test
    void aChildWithAnInheritedCopyIsFoundUntilItHasEnded() throws Exception {
        putMemfd("x");
        putMemfd("ram");
        Process child = inheriting("ram");
        assertThat(holders("ram")).containsExactly(sleeper(child));
        assertThat(holders("x")).isEmpty();
        assertBusy("ram", sleeper(child));
        putMemfd("the box stayed open");
        child.destroyForcibly().waitFor();
        assertThat(client.seal("b", true)).isPresent();
        assertThatThrownBy(() -> putMemfd("now it is sealed")).isInstanceOf(Refused.BoxSealed.class);
        assertThat(holders("ram")).isEmpty();
    }

    @Test
    void theOneWhoPutItCountsForAsLongAsItKeepsIt() throws Exception {
        try (OwnedFd memfd = TestFds.memfd("contents")) {
            client.put("b", "ram", memfd);
            assertBusy("ram", new Holder(SELF, memfd.number(), "java"));
        }
        assertThat(client.seal("b", true)).isPresent();
    }

    @Test
    void aMappingCountsWhenItsDescriptorIsClosed() throws Exception {
        try (var arena = Arena.ofConfined()) {
            try (OwnedFd memfd = TestFds.memfd("contents");
                    FileChannel channel = FileChannel.open(Path.of("/proc/self/fd/" + memfd.number()))) {
                channel.map(MapMode.READ_ONLY, 0, 8, arena);
                client.put("b", "ram", memfd);
            }
            assertThat(holders("ram")).containsExactly(new Holder(SELF, -1, "java"));
            assertBusy("ram", new Holder(SELF, -1, "java"));
        }
        assertThat(client.seal("b", true)).isPresent();
    }

    /// All eventfds have one inode.
    @Test
    void anEventfdIsToldFromAnother() throws Exception {
        for (String name : List.of("mine", "other")) {
            try (OwnedFd eventFd = EventFd.create(1, false, true)) {
                client.put("b", name, eventFd);
            }
        }
        Process child = inheriting("mine");
        assertThat(holders("mine")).containsExactly(sleeper(child));
        assertThat(holders("other")).isEmpty();
        assertBusy("mine", sleeper(child));
    }

    @Test
    void anotherBoxKeepsItsFilesToo() throws Exception {
        client.createBox("c");
        try (OwnedFd memfd = TestFds.memfd("contents")) {
            client.put("b", "ram", memfd);
            client.put("c", "ram too", memfd);
        }
        assertThatExceptionOfType(Refused.FdBusy.class)
                .isThrownBy(() -> client.seal("b", true))
                .satisfies(busy -> assertThat(busy.found().holders()).extracting(Holder::pid)
                        .containsExactly((int) daemon.pid()));
        assertThat(holders("ram")).as("other processes only").isEmpty();
        client.deleteBox("c");
        assertThat(client.seal("b", true)).isPresent();
    }

    @Test
    void theCommandLineListsThem() throws Exception {
        putMemfd("ram");
        Process child = inheriting("ram");
        String socket = daemon.socket().toString();
        Shell.Result listed = Shell.run(Programs.cli("--socket", socket, "holders", "b", "ram"));
        assertThat(listed.status()).isZero();
        assertThat(listed.out()).containsPattern(
                "(?m)^ *PID +FD +COMMAND\n *" + child.pid() + " +3 +sleep\n.*no.* process");
        Shell.Result refused = Shell.run(Programs.cli("--socket", socket, "seal", "b", "--exclusive"));
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).startsWith("fdbox: FdBusy: ").contains(child.pid() + "   3  sleep");
        child.destroyForcibly().waitFor();
        Shell.Result sealed =
                Shell.run(Programs.cli("--socket", socket, "--json", "seal", "b", "--exclusive"));
        assertThat(sealed.status()).isZero();
        assertThat(sealed.out()).containsPattern("\\{\"complete\":(true|false)\\}");
    }

    @Test
    void processesThatComeAndGoDoNoHarm() throws Exception {
        putMemfd("ram");
        Process child = inheriting("ram");
        var over = new AtomicBoolean();
        Thread churn = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                try {
                    new ProcessBuilder("true").start().onExit().join();
                } catch (IOException failed) {
                    throw new AssertionError(failed);
                }
            }
        });
        try {
            for (int i = 0; i < 50; i++) {
                assertThat(holders("ram")).containsExactly(sleeper(child));
            }
        } finally {
            over.set(true);
            churn.join();
        }
    }

    @Test
    void rootSeesEverything() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/1/fd/0")), "process 1 cannot be looked into here");
        assumeTrue(
                Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).endsWith("pid:[4026531836]"),
                "this is a pid namespace within another");
        putMemfd("ram");
        assertThat(client.holders("b", "ram").complete()).isTrue();
        assertThat(client.seal("b", true)).isEqualTo(Optional.of(true));
    }

    @Test
    void aDaemonWithoutPrivilegesSaysThatItDidNotSeeAll(@TempDir Path elsewhere) throws Exception {
        assertSeesNothingOfRoot(elsewhere, List.of());
    }

    /// There, the others are not even counted.
    @Test
    void neitherDoesOneWhoseProcHidesThem(@TempDir Path elsewhere) throws Exception {
        List<String> hiding = List.of(
                "unshare", "--mount", "sh", "-c", "mount -t proc -o hidepid=2 proc /proc && exec \"$@\"",
                "sh");
        var probe = new ArrayList<>(hiding);
        probe.add("true");
        assumeTrue(Shell.has("unshare") && Shell.run(probe).status() == 0, "no mount namespaces here");
        assertSeesNothingOfRoot(elsewhere, hiding);
    }

    private static void assertSeesNothingOfRoot(Path folder, List<String> wrapper) throws Exception {
        assumeTrue(ProcessHandle.current().info().user().orElse("").equals("root"), "not root");
        assumeTrue(Shell.has("setpriv"), "no setpriv");
        Files.setOwner(folder, folder.getFileSystem().getUserPrincipalLookupService()
                .lookupPrincipalByName("54321"));
        var command = new ArrayList<>(wrapper);
        command.addAll(List.of("setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups"));
        try (DaemonProcess other = DaemonProcess.launch(folder, command)) {
            other.awaitServing();
            try (FdBoxClient root = other.client();
                    OwnedFd memfd = TestFds.memfd("contents")) {
                root.createBox("b");
                root.put("b", "ram", memfd);
                assertThat(root.holders("b", "ram")).isEqualTo(new Reply.HoldersFound(List.of(), false));
                assertThat(root.seal("b", true)).isEqualTo(Optional.of(false));
            }
        }
    }
}
