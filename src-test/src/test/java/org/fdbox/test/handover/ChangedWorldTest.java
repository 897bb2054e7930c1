package org.fdbox.test.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.DaemonProcess;
import org.fdbox.test.support.MountSpace;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;
import org.fdbox.test.support.TestFds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is opened again by its name is the same as before, or waits: never another file, never elsewhere, never with more rights
/// than its putter has now. What waits comes back once the world is as it was.
class ChangedWorldTest {

    private static final int STRANGER = 54_321;

    @TempDir
    Path folder;

    private Path files;
    private Path path;

    @BeforeEach
    void makeFile() throws Exception {
        files = Files.createDirectory(folder.resolve("files"));
        path = Files.writeString(files.resolve("f"), "contents");
    }

    private void save(OwnedFd file) throws Exception {
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            client.createBox("b");
            client.put("b", "x", file);
            client.seal("b");
            assertThat(daemon.terminate()).isZero();
        }
    }

    private void saveFile() throws Exception {
        try (OwnedFd file = TestFds.file(path)) {
            save(file);
        }
    }

    /// A life in which the entry waits for this reason, and is saved again.
    private void assertWaits(List<String> wrapper, String reason) throws Exception {
        try (DaemonProcess daemon = DaemonProcess.startBy(folder, wrapper);
                FdBoxClient client = daemon.client()) {
            assertThat(client.handover().status().pending()).singleElement()
                    .satisfies(left -> assertThat(left.reason()).contains(reason).doesNotContain("java."));
            assertThat(daemon.terminate()).isZero();
        }
    }

    private void assertComesBack(List<String> wrapper) throws Exception {
        try (DaemonProcess daemon = DaemonProcess.startBy(folder, wrapper);
                FdBoxClient client = daemon.client()) {
            assertThat(client.handover().status().pending()).isEmpty();
            client.unseal("b");
            client.take("b", "x").close();
        }
    }

    @Test
    void aPathThatVanishedAndCameBack() throws Exception {
        saveFile();
        Path aside = files.resolve("aside");
        Files.move(path, aside);
        assertWaits(List.of(), path + ": ENOENT, no such file or directory");
        Files.move(aside, path);
        assertComesBack(List.of());
    }

    @Test
    void anotherFileAtTheSamePath() throws Exception {
        saveFile();
        Path aside = files.resolve("aside");
        Files.move(path, aside);
        Files.writeString(path, "contents");
        assertWaits(List.of(), "another file is now at " + path);
        Files.move(aside, path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertComesBack(List.of());
    }

    /// Not even one that leads to the very same file.
    @Test
    void aLinkInThePathsPlace() throws Exception {
        saveFile();
        Path aside = files.resolve("aside");
        Files.move(path, aside);
        Files.createSymbolicLink(path, aside);
        assertWaits(List.of(), "another file is now at " + path);
    }

    @Test
    void aFifoInThePathsPlaceIsNotWaitedFor() throws Exception {
        saveFile();
        Files.move(path, files.resolve("aside"));
        assumeTrue(Shell.run(List.of("mkfifo", path.toString())).status() == 0, "mkfifo is missing");
        assertWaits(List.of(), "another file is now at " + path);
    }

    @Test
    void anotherFileSystemWithTheSameContents() throws Exception {
        saveFile();
        try (MountSpace space = MountSpace.open()) {
            space.mount(files, "size=1m");
            Files.writeString(space.seen(path), "contents");
            assertWaits(space.wrapper(), "another file is now at " + path);
        }
        assertComesBack(List.of());
    }

    /// The same inode, seen by another mount, is the same file.
    @Test
    void theSameFileByAnotherMount() throws Exception {
        saveFile();
        try (MountSpace space = MountSpace.open()) {
            Path aside = Files.createDirectory(folder.resolve("aside"));
            space.run("mount", "--bind", files.toString(), aside.toString());
            space.mount(files, "size=1m");
            assertWaits(space.wrapper(), "ENOENT");
            space.run("mount", "--bind", aside.toString(), files.toString());
            assertComesBack(space.wrapper());
        }
    }

    @Test
    void aSocketOfAnotherNetwork() throws Exception {
        assumeTrue(Shell.has("unshare") && Shell.run(List.of("unshare", "-n", "true")).status() == 0,
                "this user may not make network namespaces");
        String name = "@fdbox-changed-world-" + ProcessHandle.current().pid();
        try (OwnedFd listener = UnixSocket.listen(new UnixAddress(name), SocketFacts.STREAM, 1)) {
            save(listener);
        }
        assertWaits(List.of("unshare", "-n"), "network namespace");
        assertComesBack(List.of());
    }

    @Test
    void rightsThatThePutterHasLost() throws Exception {
        assumeTrue(ThisProcess.uid() == 0 && Shell.has("setpriv"),
                "only root can be several users, by setpriv");
        for (Path open : List.of(folder, files)) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        try (DaemonProcess daemon = DaemonProcess.start(folder); FdBoxClient client = daemon.client()) {
            client.createBox("b", OptionalInt.of(0777));
            putAsStranger(daemon);
            assertThat(client.list("b").entries()).singleElement()
                    .satisfies(entry -> assertThat(entry.putterUid()).isEqualTo(STRANGER));
            client.seal("b");
            assertThat(daemon.terminate()).isZero();
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        assertWaits(List.of(), "uid " + STRANGER + " cannot open it again");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        assertComesBack(List.of());
    }

    private void putAsStranger(DaemonProcess daemon) throws Exception {
        String program = """
                import array, json, socket, sys
                call = {"method": "org.fdbox.Store.Put",
                        "parameters": {"box": "b", "name": "x", "fileDescriptor": 0}}
                with socket.socket(socket.AF_UNIX) as daemon, open(sys.argv[2]) as file:
                    daemon.connect(sys.argv[1])
                    rights = array.array("i", [file.fileno()])
                    daemon.sendmsg([json.dumps(call).encode() + b"\\0"],
                                   [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
                    reply = json.loads(daemon.recv(65536).rstrip(b"\\0"))
                    sys.exit(reply.get("error"))
                """;
        var command = new ArrayList<>(List.of("setpriv", "--reuid", Integer.toString(STRANGER), "--regid",
                Integer.toString(STRANGER), "--clear-groups"));
        command.addAll(
                List.of(Programs.python(), "-c", program, daemon.socket().toString(), path.toString()));
        Files.setPosixFilePermissions(daemon.socket().getParent(),
                PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(daemon.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
        Shell.Result result = Shell.run(command);
        assumeTrue(result.status() != 126 && result.status() != 127, "another user cannot run python3 here");
        assertThat(result.status()).as(result.toString()).isZero();
    }
}
