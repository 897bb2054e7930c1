package org.fdbox.test.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.test.namespaces.Inside.USER;
import static org.fdbox.test.namespaces.Inside.fdbox;
import static org.fdbox.test.namespaces.Inside.listening;
import static org.fdbox.test.namespaces.Inside.must;
import static org.fdbox.test.namespaces.Inside.reading;
import static org.fdbox.test.namespaces.Inside.rootless;
import static org.fdbox.test.namespaces.Inside.unshare;
import static org.fdbox.test.namespaces.Inside.with;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.MountSpace;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The daemon is root's and outside, its clients are inside.
class ClientsInNamespacesTest {

    @TempDir
    private Path folder;

    private DaemonProcess daemon;
    private FdBoxClient root;

    @BeforeEach
    void startDaemon() throws Exception {
        Inside.admit(folder);
        Path config = Files.writeString(folder.resolve("fdboxd.json"), "{\"socketGroup\": \"" + USER + "\"}");
        daemon = DaemonProcess.start(folder, "--config", config.toString());
        root = daemon.client();
        root.createBox("roots");
    }

    @AfterEach
    void endDaemon() {
        if (daemon != null) {
            root.close();
            daemon.close();
        }
    }

    private EntryInfo entry(String name) throws Exception {
        return root.list("roots").entries().stream().filter(entry -> entry.name().equals(name)).findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> pins(EntryInfo entry) {
        return (Map<String, Object>) entry.properties().get("pins");
    }

    private void assertTaken(String name, String text) throws Exception {
        try (OwnedFd taken = root.take("roots", name)) {
            assertThat(TestFds.text(taken)).isEqualTo(text);
        }
    }

    /// Whoever is root of a user namespace is still who they are outside.
    @Test
    void aUserNamespaceMakesNobodyRoot() throws Exception {
        must(daemon.socket(), rootless(), "create", "mine");
        BoxInfo mine = root.listBoxes().getFirst();
        assertThat(mine.name()).isEqualTo("mine");
        assertThat(mine.owner()).isEqualTo(USER);
        List<String> unmapped = with(Inside.AS_USER, unshare("--user"));
        must(daemon.socket(), unmapped, "ls", "mine");
        for (List<String> wrapper : List.of(rootless(), unmapped)) {
            Shell.Result listed = fdbox(daemon.socket(), wrapper, "ls", "roots");
            assertThat(listed.status()).isEqualTo(1);
            assertThat(listed.err()).contains("NoSuchBox");
            assertThat(fdbox(daemon.socket(), wrapper, "save").err()).contains("PermissionDenied");
        }
    }

    @Test
    void aPidNamespaceHidesNobody() throws Exception {
        must(daemon.socket(), unshare("--pid", "--fork", "--mount-proc"), "put", "roots", "null");
        assertThat(entry("null").putterPid()).isPositive();
    }

    /// The path that leads to the client's file leads the daemon to another one, or nowhere.
    @Test
    void aFileOfAnotherMountNamespaceNeverBecomesAnother() throws Exception {
        Path there = Files.createDirectory(folder.resolve("there"));
        Files.writeString(there.resolve("both"), "the daemon's");
        try (MountSpace space = MountSpace.open()) {
            space.mount(there, "size=1m");
            Files.writeString(space.seen(there).resolve("both"), "the client's");
            Files.writeString(space.seen(there).resolve("one"), "the client's too");
            for (String name : List.of("both", "one")) {
                must(daemon.socket(), with(space.wrapper(), reading(there.resolve(name))),
                        "put", "roots", name);
            }
            Files.delete(space.seen(there).resolve("one"));
        }
        assertThat(entry("both").survival()).isEqualTo(Survival.LIVE);
        assertThat(entry("both").survivalReason().orElseThrow()).contains("another file");
        assertThat(entry("one").survival()).isEqualTo(Survival.LIVE);
        assertThat(pins(entry("both"))).containsOnlyKeys("mountNamespace", "device")
                .containsEntry("mountNamespace", "another");
        assertThat(pins(entry("one"))).containsEntry("memoryBytes", 4096L);
        assertTaken("one", "the client's too");

        root.seal("roots");
        root.close();
        assertThat(daemon.terminate()).isZero();
        assertThat(daemon.log()).contains("not saved box=roots entry=both");
        daemon = DaemonProcess.start(folder);
        root = daemon.client();
        assertThat(root.list("roots").entries()).isEmpty();
    }

    @Test
    void aSocketOfAnotherMountNamespaceIsNotBoundHere() throws Exception {
        Path there = Files.createDirectory(folder.resolve("there"));
        Path path = there.resolve("socket");
        try (MountSpace space = MountSpace.open();
                OwnedFd _ = UnixSocket.listen(new UnixAddress(path.toString()), SocketFacts.STREAM, 1)) {
            must(daemon.socket(), with(space.wrapper(), listening("unix:" + folder.resolve("same"))),
                    "put", "roots", "same");
            space.mount(there, "size=1m");
            must(daemon.socket(), with(space.wrapper(), listening("unix:" + path)), "put", "roots", "socket");
        }
        assertThat(entry("same").survival()).isEqualTo(Survival.REOPEN);
        assertThat(entry("socket").survival()).isEqualTo(Survival.LIVE);
        assertThat(entry("socket").survivalReason().orElseThrow()).contains("another mount namespace");
    }

    @Test
    void aSocketOfAnotherNetworkNamespaceIsLiveAndKeepsIt() throws Exception {
        must(daemon.socket(), with(unshare("--net"), listening("tcp:7")), "put", "roots", "socket");
        assertThat(entry("socket").survival()).isEqualTo(Survival.LIVE);
        assertThat(entry("socket").survivalReason().orElseThrow()).contains("network namespace");
        String own = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        assertThat(pins(entry("socket")).get("networkNamespace")).asString().matches("net:\\[\\d+]")
                .isNotEqualTo(own);
    }

    /// What `ls --json` shows is what scripts go by.
    @Test
    void theCommandLineShowsWhatIsKept() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "text");
        must(daemon.socket(), reading(file), "put", "roots", "file");
        Shell.Result listed = fdbox(daemon.socket(), List.of(), "--json", "ls", "roots");
        assertThat(listed.out()).contains("\"pins\":{\"mount\":\"/").contains("\"fileSystem\":\"");
    }
}
