package org.fdbox.test.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.test.namespaces.Inside.AS_USER;
import static org.fdbox.test.namespaces.Inside.USER;
import static org.fdbox.test.namespaces.Inside.listening;
import static org.fdbox.test.namespaces.Inside.must;
import static org.fdbox.test.namespaces.Inside.reading;
import static org.fdbox.test.namespaces.Inside.rootless;
import static org.fdbox.test.namespaces.Inside.unshare;
import static org.fdbox.test.namespaces.Inside.with;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pidfd;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The daemon is inside, its clients are outside.
class DaemonInNamespacesTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void admitTheUser() throws Exception {
        Inside.admit(folder);
        Shell.run(List.of("chown", Integer.toString(USER), folder.toString()));
    }

    private static EntryInfo only(FdBoxClient client, String box) throws Exception {
        return client.list(box).entries().getFirst();
    }

    /// Root of the machine has no number in the daemon's user namespace, so it is nobody there; the daemon's own user is root.
    @Test
    void whoHasNoNumberInsideIsNobody() throws Exception {
        try (var daemon = DaemonProcess.startBy(folder, rootless()); FdBoxClient nobody = daemon.client()) {
            must(daemon.socket(), AS_USER, "create", "closed");
            must(daemon.socket(), AS_USER, "create", "open", "--mode", "0777");
            assertThatThrownBy(() -> nobody.createBox("nobodys")).isInstanceOf(Refused.AccessDenied.class);
            assertThatThrownBy(() -> nobody.list("closed")).isInstanceOf(Refused.NoSuchBox.class);
            assertThatThrownBy(() -> nobody.handover().status())
                    .isInstanceOf(Refused.PermissionDenied.class);
            assertThatThrownBy(() -> nobody.deleteBox("open")).isInstanceOf(Refused.AccessDenied.class);
            assertThat(nobody.listBoxes()).hasSize(1).first()
                    .satisfies(box -> assertThat(box.owner()).isZero());

            Path file = Files.writeString(folder.resolve("file"), "words");
            try (OwnedFd open = TestFds.file(file)) {
                nobody.put("open", "file", open);
            }
            EntryInfo put = only(nobody, "open");
            assertThat(put.putterUid()).isEqualTo(65534);
            assertThat(put.survival()).isEqualTo(Survival.LIVE);
            assertThat(put.survivalReason().orElseThrow()).contains("without the rights");
        }
    }

    @Test
    void withoutANumberOfItsOwnItDoesNotStart() throws Exception {
        try (var daemon = DaemonProcess.launch(folder, with(AS_USER, unshare("--user")))) {
            assertThat(daemon.awaitEnd()).isEqualTo(1);
            assertThat(daemon.log()).contains("uid 65534 also stands for every user without a number");
        }
    }

    /// unshare waits for the daemon, and tells its exit status.
    private static void end(DaemonProcess daemon) throws Exception {
        Shell.run(
                List.of("kill", Long.toString(daemon.process().children().findFirst().orElseThrow().pid())));
        assertThat(daemon.awaitEnd()).as(daemon.log()).isZero();
    }

    private DaemonProcess startForked(List<String> wrapper) throws Exception {
        DaemonProcess daemon = DaemonProcess.launch(folder, wrapper);
        try {
            daemon.awaitAnswer();
            return daemon;
        } catch (Exception | Error failed) {
            daemon.close();
            throw failed;
        }
    }

    @Test
    void aProcessThatThePidNamespaceHidesIsNumberZero() throws Exception {
        List<String> wrapper = unshare("--pid", "--fork", "--kill-child", "--mount-proc");
        try (DaemonProcess daemon = startForked(wrapper); FdBoxClient client = daemon.client();
                OwnedFd self = Pidfd.open((int) ProcessHandle.current().pid(), false)) {
            client.createBox("b");
            client.put("b", "process", self);
            EntryInfo put = only(client, "b");
            assertThat(put.putterPid()).isZero();
            assertThat(put.survival()).isEqualTo(Survival.LIVE);
            assertThat(put.survivalReason().orElseThrow()).contains("does not see its process");
            assertThat(client.holders("b", "process").complete()).isFalse();
            try (OwnedFd back = client.take("b", "process")) {
                assertThat(Pidfd.pid(back)).isEqualTo((int) ProcessHandle.current().pid());
            }
            end(daemon);
        }
    }

    /// What was bound in one network namespace waits for a daemon there.
    @Test
    void aSocketOfAnotherNetworkNamespaceIsPending() throws Exception {
        try (var first = DaemonProcess.start(folder); FdBoxClient client = first.client()) {
            client.createBox("b");
            must(first.socket(), listening("tcp:0"), "put", "b", "socket");
            assertThat(only(client, "b").survival()).isEqualTo(Survival.REOPEN);
            client.seal("b");
            assertThat(first.terminate()).isZero();
        }
        try (var elsewhere = DaemonProcess.startBy(folder, unshare("--net"));
                FdBoxClient client = elsewhere.client()) {
            assertThat(only(client, "b").state()).isEqualTo(EntryInfo.State.PENDING);
            assertThat(client.handover().status().pending().getFirst().reason())
                    .contains("network namespace");
            assertThat(elsewhere.terminate()).isZero();
        }
        try (var back = DaemonProcess.start(folder); FdBoxClient client = back.client()) {
            assertThat(only(client, "b").state()).isEqualTo(EntryInfo.State.HELD);
        }
    }

    /// As in a container that nobody's rights were needed for, each time a new one.
    @Test
    void insideAllAtOnceItServesAndRecovers() throws Exception {
        List<String> all = rootless("--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--net",
                "--ipc", "--uts", "--cgroup");
        Path file = Files.writeString(folder.resolve("file"), "of the file");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try (DaemonProcess daemon = startForked(all)) {
            must(daemon.socket(), AS_USER, "create", "b");
            must(daemon.socket(), with(AS_USER, reading(file)), "put", "b", "file");
            must(daemon.socket(), AS_USER, "seal", "b");
            must(daemon.socket(), AS_USER, "save");
            end(daemon);
        }
        try (DaemonProcess daemon = startForked(all)) {
            must(daemon.socket(), AS_USER, "unseal", "b");
            Shell.Result text = Inside.fdbox(daemon.socket(), AS_USER, "cat", "b", "file");
            assertThat(text.out()).as(daemon.log() + text.err()).isEqualTo("of the file");
            end(daemon);
        }
    }
}
