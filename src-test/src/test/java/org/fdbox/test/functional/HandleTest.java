package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fdbox.client.ConnectionLostException;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.Lease;
import org.fdbox.protocol.BoxInfo;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.ThisProcess;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.RawClient;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Box handles, with processes that hold them.
class HandleTest {

    private static final Optional<Set<HandleRight>> ALL = Optional.empty();

    private static final List<String> HANDOVER = List.of("Save", "Status", "ListHandlers",
            "RegisterHandler", "Restored", "TakeOver", "Upgrade", "Commit", "Abort", "Attach", "Ack");

    @TempDir
    private Path folder;

    private DaemonProcess daemon;
    private FdBoxClient client;

    @BeforeEach
    void aDaemonWithABox() throws Exception {
        daemon = DaemonProcess.start(folder);
        client = daemon.client();
        client.createBox("b");
        try (OwnedFd memory = TestFds.memfd("contents")) {
            client.put("b", "old", memory);
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        try (DaemonProcess ending = daemon) {
            client.close();
            try (FdBoxClient last = daemon.client()) {
                for (BoxInfo box : last.listBoxes()) {
                    last.deleteBox(box.name());
                }
            }
            ending.assertNothingLeaked();
            assertThat(ending.log()).doesNotContain("<3>");
        }
    }

    private FdBoxClient handle(HandleRight... rights) throws Exception {
        return FdBoxClient.over(client.open("b", Optional.of(Set.of(rights))));
    }

    private List<String> names() throws Exception {
        return client.list("b").entries().stream().map(EntryInfo::name).toList();
    }

    @Test
    void itOutlivesTheConnectionThatItWasOpenedOver() throws Exception {
        try (FdBoxClient handle = handle(HandleRight.LIST, HandleRight.COPY)) {
            client.close();
            assertThat(handle.listBoxes()).extracting(BoxInfo::name).containsExactly("b");
            try (OwnedFd copy = handle.copy("b", "old")) {
                assertThat(TestFds.text(copy)).isEqualTo("contents");
            }
            assertThatThrownBy(() -> handle.take("b", "old")).isInstanceOf(Refused.AccessDenied.class);
        }
    }

    @Test
    void aLeaseTakenOverItReturnsWhenItEnds() throws Exception {
        try (FdBoxClient handle = handle(HandleRight.TAKE); Lease lease = handle.lease("b", List.of("old"))) {
            assertThat(lease.descriptors()).containsOnlyKeys("old");
            assertThatThrownBy(() -> client.drop("b", "old")).isInstanceOf(Refused.FdLeased.class);
            assertThatThrownBy(() -> client.deleteBox("b")).isInstanceOf(Refused.FdLeased.class);
        }
        Eventually.holds("it is back", () -> client.list("b").entries().getFirst()
                .state() == EntryInfo.State.HELD);
        try (FdBoxClient handle = handle(HandleRight.TAKE); OwnedFd taken = handle.take("b", "old")) {
            assertThat(TestFds.text(taken)).isEqualTo("contents");
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void itEndsWithItsBox() throws Exception {
        try (RawClient idle = RawClient.over(client.open("b", ALL));
                FdBoxClient handle = handle(HandleRight.LIST)) {
            handle.list("b");
            client.deleteBox("b");
            client.createBox("b");
            idle.awaitEnd();
            assertThatThrownBy(() -> handle.list("b")).isInstanceOf(ConnectionLostException.class);
        }
    }

    @Test
    void theOtherInterfaceIsClosed() throws Exception {
        try (RawClient handle = RawClient.over(client.open("b", ALL))) {
            for (String method : HANDOVER) {
                // Whatever its parameters, and whether or not this version knows it.
                for (String parameters : List.of("{}", "{\"compatible\":\"x,y-v1\"}", "{\"nonsense\":1}")) {
                    handle.send("{\"method\":\"org.fdbox.Handover." + method + "\",\"more\":true,"
                            + "\"parameters\":" + parameters + "}␀");
                    assertThat(handle.error()).as(method).isEqualTo("PermissionDenied");
                }
            }
        }
    }

    @Test
    void boxesAreNotItsBusiness() throws Exception {
        try (RawClient handle = RawClient.over(client.open("b", ALL))) {
            for (String call : List.of(
                    "CreateBox\",\"parameters\":{\"name\":\"new\"}",
                    "DeleteBox\",\"parameters\":{\"name\":\"b\"}",
                    "DeleteBox\",\"parameters\":{\"name\":\"another\"}",
                    "SetAccess\",\"parameters\":{\"box\":\"b\",\"mode\":\"0777\"}")) {
                handle.send("{\"method\":\"org.fdbox.Store." + call + "}␀");
                assertThat(handle.error()).as(call).isEqualTo("PermissionDenied");
            }
        }
        assertThat(client.listBoxes()).extracting(BoxInfo::name, BoxInfo::mode)
                .containsExactly(tuple("b", 0700));
    }

    @Test
    void rightsThatAreNone() throws Exception {
        try (RawClient raw = RawClient.connect(daemon)) {
            for (String rights : List.of("[]", "[\"own\"]", "[\"LIST\"]", "[1]", "\"list\"")) {
                raw.send("{\"method\":\"org.fdbox.Store.OpenBox\",\"parameters\":{\"box\":\"b\",\"rights\":"
                        + rights + "}}␀");
                assertThat(raw.error()).as(rights).isEqualTo("InvalidParameter");
            }
        }
    }

    @Test
    void asOnewayItChangesNothingAndEndsTheConnection() throws Exception {
        int before = daemon.sockets();
        try (RawClient raw = RawClient.connect(daemon)) {
            raw.send(
                    "{\"method\":\"org.fdbox.Store.OpenBox\",\"oneway\":true,\"parameters\":{\"box\":\"b\"}}␀");
            raw.awaitEnd();
        }
        Eventually.holds("no socket is left", () -> daemon.sockets() == before);
    }

    @Test
    void oneThatIsClosedLeavesNothingBehind() throws Exception {
        int before = daemon.sockets();
        for (int i = 0; i < 100; i++) {
            try (FdBoxClient outer = handle(HandleRight.values());
                    FdBoxClient inner = FdBoxClient.over(outer.open("b", ALL))) {
                assertThat(inner.list("b").entries()).hasSize(1);
            }
        }
        // Of one that nobody receives, too.
        for (int i = 0; i < 100; i++) {
            try (RawClient raw = RawClient.connect(daemon)) {
                raw.send("{\"method\":\"org.fdbox.Store.OpenBox\",\"parameters\":{\"box\":\"b\"}}␀");
            }
        }
        Eventually.holds("no socket is left", () -> daemon.sockets() == before);
    }

    @Test
    void aProcessThatMayNotConnectUsesOne() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "not root");
        assumeTrue(Shell.has("setpriv") && Shell.has("python3"), "no setpriv, or no python3");
        Path script = Files.createTempFile("fdbox-test", ".py");
        try {
            Path resource = Path.of(HandleTest.class.getResource("/python/handle.py").toURI());
            Files.writeString(script, Files.readString(resource));
            script.toFile().setReadable(true, false);
            var command = new ArrayList<>(Programs.cli("--socket", daemon.socket().toString(), "open", "b",
                    "--rights", "list,put,copy", "--", "setpriv", "--reuid", "65534", "--regid", "65534",
                    "--clear-groups", Programs.python(), script.toString(), daemon.socket().toString(), "b"));
            Shell.Result result = Shell.run(command);
            assertThat(result.err()).isEmpty();
            assertThat(result.out().lines()).containsExactly(
                    "uid 65534", "may not connect", "old", "putter 0", "contents", "AccessDenied");
        } finally {
            Files.delete(script);
        }
        assertThat(names()).containsExactly("old", "new");
        try (OwnedFd put = client.copy("b", "new")) {
            assertThat(TestFds.text(put)).isEqualTo("put by nobody");
        }
    }

    private Shell.Result open(String rights, String script) throws Exception {
        return Shell.run(Programs.cli("--socket", daemon.socket().toString(), "open", "b", "--rights", rights,
                "--", "sh", "-c", script));
    }

    /// The command fdbox for a shell.
    private static String fdbox() {
        return Programs.cli().stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    }

    @Test
    void fdboxInsideUsesIt() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "from inside");
        Shell.Result result = open("list,put,take", """
                echo $LISTEN_FDS $LISTEN_FDNAMES $FDBOX_FD_b $FDBOX_SOCKET
                test $LISTEN_PID = $$ && echo mine
                %1$s put b new --fd 4 4< '%2$s' > /dev/null && echo put
                %1$s get b new -- sh -c 'cat <&3; echo " ${FDBOX_SOCKET-unset}"'
                %1$s cat b old || echo denied
                %1$s status || echo closed
                """.formatted(fdbox(), file));
        assertThat(result.out().lines()).containsExactly(
                "1 b 3 fd:3/b", "mine", "put", "from inside unset", "denied", "closed");
        assertThat(result.err()).contains("AccessDenied").contains("PermissionDenied");
        assertThat(names()).containsExactly("old");
    }

    @Test
    void severalFdboxInsideDoNotMixUpTheirReplies() throws Exception {
        String each = IntStream.range(0, 4)
                .mapToObj(
                        i -> "(%1$s put b n%2$d <&4 > /dev/null; %1$s drop b n%2$d; %1$s ls b > /dev/null) &\n"
                                .formatted(fdbox(), i))
                .collect(Collectors.joining());
        Path file = Files.writeString(folder.resolve("file"), "x");
        Shell.Result result = open("list,put,take", "exec 4< '" + file + "'\n" + each + "wait");
        assertThat(result.err()).isEmpty();
        assertThat(names()).containsExactly("old");
    }

    @Test
    void whatCannotBeRunOpensNothing() throws Exception {
        Shell.Result nobody = Shell.run(Programs.cli("--socket", daemon.socket().toString(), "open", "none",
                "--", "true"));
        assertThat(nobody.status()).isEqualTo(1);
        assertThat(nobody.err()).startsWith("fdbox: NoSuchBox");
        Path broken = Files.writeString(folder.resolve("broken"), "#!/nonexistent/interpreter\n");
        broken.toFile().setExecutable(true);
        Shell.Result failed =
                Shell.run(Programs.cli("--socket", daemon.socket().toString(), "open", "b", "--",
                        broken.toString()));
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.err()).contains("ENOENT");
    }

    @Test
    void moreThanAUserMayHaveOfConnectionsAreRefused() throws Exception {
        Path config = Files.writeString(folder.resolve("fdboxd.json"),
                "{\"limits\": {\"connectionsPerUid\": 4}}");
        Path other = Files.createDirectory(folder.resolve("other"));
        try (DaemonProcess small = DaemonProcess.start(other, "--config", config.toString());
                FdBoxClient few = small.client()) {
            few.createBox("b");
            try (OwnedFd one = few.open("b", ALL); OwnedFd two = few.open("b", ALL);
                    FdBoxClient three = FdBoxClient.over(few.open("b", ALL))) {
                assertThat(List.of(one, two)).allMatch(OwnedFd::isOpen);
                assertThatThrownBy(() -> three.open("b", ALL)).isInstanceOf(Refused.QuotaExceeded.class);
                assertThatThrownBy(() -> few.open("b", ALL)).isInstanceOf(Refused.QuotaExceeded.class);
            }
            Eventually.holds("there is room again", () -> {
                try (OwnedFd again = few.open("b", ALL)) {
                    return again.isOpen();
                } catch (Refused.QuotaExceeded notYet) {
                    return false;
                }
            });
            few.deleteBox("b");
        }
    }
}
