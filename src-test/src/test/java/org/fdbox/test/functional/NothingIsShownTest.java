package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.ThisProcess;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the daemon holds is nobody's to read but through its boxes: not from its files, nor from its memory or a dump of it.
class NothingIsShownTest {

    @TempDir
    private Path folder;

    /// What runs the rest of its arguments in a folder where core dumps are welcome.
    private static List<String> welcomingDumps(Path dumps) {
        return List.of("sh", "-c", "ulimit -c unlimited && cd " + dumps + " && exec \"$@\"", "sh");
    }

    private static List<String> files(Path folder, String start) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith(start))
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ABRT", "SEGV"})
    void noCoreDump(String signal) throws Exception {
        Path control = Files.createDirectory(folder.resolve("control"));
        var abort = new ArrayList<>(welcomingDumps(control));
        abort.addAll(List.of("sh", "-c", "kill -ABRT $$"));
        Shell.run(abort);
        assumeTrue(!files(control, "core").isEmpty(),
                "core dumps go elsewhere (kernel.core_pattern), or nowhere");

        Path welcome = Files.createDirectory(folder.resolve("welcome"));
        try (var daemon = DaemonProcess.launch(folder, outOfTheTestsWay(welcomingDumps(welcome)));
                OwnedFd secret = TestFds.memfd("secret")) {
            daemon.awaitAnswer();
            try (FdBoxClient client = daemon.client()) {
                client.createBox("b");
                client.put("b", "secret", secret);
            }
            daemon.signal(signal);
            assertThat(daemon.awaitEnd()).isNotZero();
        }
        assertThat(files(welcome, "core")).isEmpty();
        assertThat(Shell.run(List.of("find", welcome.toString(), "-type", "f", "-perm", "/077")).out())
                .as("what Java says of its crash").isEmpty();
    }

    /// As users have it.
    private static List<String> outOfTheTestsWay(List<String> wrapper) {
        return Stream.concat(Stream.of("env", "-u", "FDBOXD_DUMPABLE"), wrapper.stream()).toList();
    }

    @Test
    void noOtherProcessOfItsUserLooksIntoIt() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "needs root, to be another user");
        assumeTrue(Shell.has("setpriv"), "setpriv of util-linux is missing");
        List<String> asUser = List.of("setpriv", "--reuid=4711", "--regid=4711", "--clear-groups");
        Shell.run(List.of("chown", "4711", folder.toString()));
        try (var daemon = DaemonProcess.launch(folder, asUser)) {
            daemon.awaitAnswer();
            var look = new ArrayList<>(asUser);
            look.addAll(List.of("ls", "/proc/" + daemon.pid() + "/fd"));
            assertThat(Shell.run(look).status()).isNotZero();
            assertThat(Shell.run(look.subList(asUser.size(), look.size())).status()).isZero();
        }
        var open = new ArrayList<>(asUser);
        open.addAll(List.of("env", "FDBOXD_DUMPABLE=1"));
        try (var daemon = DaemonProcess.launch(folder, open)) {
            daemon.awaitAnswer();
            var look = new ArrayList<>(asUser);
            look.addAll(List.of("ls", "/proc/" + daemon.pid() + "/fd"));
            assertThat(Shell.run(look).status()).isZero();
        }
    }

    @Test
    void whatIsSavedIsTheDaemonsAlone() throws Exception {
        try (var daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client();
                OwnedFd secret = TestFds.memfd("secret")) {
            client.createBox("b");
            client.put("b", "secret", secret);
            client.prepare("b", _ -> {});
            client.seal("b");
            client.handover().save(Optional.empty(), _ -> {});
            assertThat(files(daemon.state().resolve("payload"), "")).isNotEmpty();
            client.unseal("b");
            Path elsewhere = folder.resolve("elsewhere");
            client.seal("b");
            client.handover().save(Optional.of(elsewhere.toString()), _ -> {});
            for (Path saved : List.of(daemon.state(), elsewhere)) {
                assertThat(Shell.run(List.of("find", saved.toString(), "-perm", "/077")).out()).isEmpty();
            }
        }
    }
}
