package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The socket and the state directory: who may use them, and who has them.
class SocketFileTest {

    @TempDir
    private Path folder;

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /// A daemon that is expected not to start.
    private static Shell.Result refused(Path socket, Path state) throws Exception {
        return Shell.run(Programs.daemon("--socket", socket.toString(), "--state-dir", state.toString()));
    }

    @Test
    void onlyThoseConcernedGetIn() throws Exception {
        try (var daemon = DaemonProcess.start(folder)) {
            assertThat(mode(daemon.socket().getParent())).isEqualTo("rwxr-xr-x");
            assertThat(mode(daemon.socket())).isEqualTo("rw-rw----");
            assertThat(mode(daemon.state())).isEqualTo("rwx------");
            assertThat(daemon.terminate()).isZero();
            assertThat(daemon.socket()).doesNotExist();
        }
    }

    @Test
    void aLiveDaemonKeepsItsSocketAndItsStateDirectory() throws Exception {
        try (var daemon = DaemonProcess.start(folder)) {
            Shell.Result sameSocket = refused(daemon.socket(), folder.resolve("other-state"));
            assertThat(sameSocket.status()).isEqualTo(1);
            assertThat(sameSocket.err()).contains("another daemon serves at " + daemon.socket());
            Shell.Result sameState = refused(folder.resolve("other-socket"), daemon.state());
            assertThat(sameState.status()).isEqualTo(1);
            assertThat(sameState.err()).contains("another fdboxd uses the state directory");
            assertThat(folder.resolve("other-socket")).doesNotExist();
            try (FdBoxClient client = daemon.client()) {
                client.createBox("still here");
            }
        }
    }

    @Test
    void aDeadDaemonsSocketIsReplaced() throws Exception {
        try (var daemon = DaemonProcess.start(folder)) {
            daemon.kill();
            assertThat(daemon.socket()).exists();
        }
        try (var next = DaemonProcess.start(folder); FdBoxClient client = next.client()) {
            assertThat(client.info().vendor()).isEqualTo("fdbox");
        }
    }

    @Test
    void anotherProgramsSocketIsNotTaken() throws Exception {
        var address = new UnixAddress(folder.resolve("theirs").toString());
        try (OwnedFd _ = UnixSocket.listen(address, SocketFacts.STREAM, 1)) {
            Shell.Result result = refused(Path.of(address.text()), folder.resolve("state"));
            assertThat(result.status()).isEqualTo(1);
            assertThat(UnixSocket.isServed(address, SocketFacts.STREAM)).isTrue();
        }
    }

    @Test
    void aFileInTheSocketsPlaceIsLeftAlone() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "precious");
        Shell.Result result = refused(file, folder.resolve("state"));
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("is there and is no socket");
        assertThat(file).hasContent("precious");
    }

    @Test
    void aStateDirectoryThatOthersCanReadIsRefused() throws Exception {
        Path state = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxr-xr-x"));
        Shell.Result result = refused(folder.resolve("socket"), state);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("mode 0700");
        assertThat(folder.resolve("socket")).doesNotExist();
    }
}
