package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.sys.Contents;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.Mounts;
import org.fdbox.sys.Namespace;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pidfd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.Stat;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What each kind keeps from going away.
@ExtendWith(NothingLeaks.class)
class PinsTest {

    private static final byte[] MUCH = new byte[100_000];

    @TempDir
    Path folder;

    private static Map<String, Object> pins(OwnedFd fd) {
        return new Pins().of(fd);
    }

    private static Map<String, Object> pins(String path, int flags) {
        try (OwnedFd fd = OpenFile.open(path, flags)) {
            return pins(fd);
        }
    }

    @Test
    void aFileItsMount() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        for (Path path : List.of(file, folder)) {
            for (int flags : new int[]{OpenFlags.RDONLY, OpenFlags.PATH}) {
                try (OwnedFd fd = OpenFile.open(path.toString(), flags)) {
                    Map<String, Object> pins = pins(fd);
                    assertThat(pins).containsOnlyKeys("mount", "fileSystem", "device")
                            .containsEntry("device", Stat.of(fd).device().toString());
                    assertThat(path.toString()).startsWith((String) pins.get("mount"));
                }
            }
        }
        assertThat(pins("/proc/version", OpenFlags.RDONLY)).containsEntry("mount", "/proc")
                .containsEntry("fileSystem", "proc");
    }

    @Test
    void aFileWithoutANameItsRoom() throws Exception {
        Path path = Files.createFile(folder.resolve("file"));
        try (OwnedFd file = OpenFile.open(path.toString(), OpenFlags.RDWR)) {
            Contents.write(file, MUCH, 0);
            OpenFile.sync(file);
            Files.delete(path);
            Map<String, Object> pins = pins(file);
            // The folder for temporary files can be one in memory.
            assertThat(Set.of("diskBytes", "memoryBytes")).anySatisfy(key -> assertThat(pins)
                    .containsOnlyKeys("mount", "fileSystem", "device", key)
                    .extractingByKey(key).isEqualTo(Stat.of(file).allocated()));
        }
        try (OwnedFd memory = Fds.memfd("")) {
            OpenFile.truncate(memory, 1 << 20);
            assertThat(pins(memory)).isEqualTo(Map.of("memoryBytes", 0L));
            Contents.write(memory, MUCH, 0);
            assertThat(pins(memory)).isEqualTo(Map.of("memoryBytes", Stat.of(memory).allocated()));
            assertThat(Stat.of(memory).allocated()).isBetween((long) MUCH.length, (1L << 20) - 1);
        }
    }

    @Test
    void aSocketItsNetwork() {
        var address = new UnixAddress(folder.resolve("socket").toString());
        try (OwnedFd socket = UnixSocket.listen(address, SocketFacts.STREAM, 1)) {
            assertThat(pins(socket)).isEqualTo(Map.of("networkNamespace", Namespace.network()));
        }
        // What is at a socket's path is a file.
        assertThat(pins(address.text(), OpenFlags.PATH)).containsOnlyKeys("mount", "fileSystem", "device");
    }

    @Test
    void aDeviceItsDriver() {
        assertThat(pins("/dev/null", OpenFlags.RDWR)).containsEntry("characterDevice", "1:3")
                .containsKey("mount");
        assertThat(pins("/dev/ptmx", OpenFlags.RDWR)).containsEntry("characterDevice", "5:2");
    }

    @Test
    void aNamespaceItselfAndAPidfdItsProcess() throws Exception {
        assertThat(pins("/proc/self/ns/uts", OpenFlags.RDONLY)).isEqualTo(
                Map.of("namespace", Files.readSymbolicLink(Path.of("/proc/self/ns/uts")).toString()));
        long parent = ProcessHandle.current().parent().orElseThrow().pid();
        try (OwnedFd pidfd = Pidfd.open((int) parent, false)) {
            assertThat(pins(pidfd)).isEqualTo(Map.of("process", parent));
        }
    }

    @Test
    void aNamespaceThatIsBoundToAFileIsBoth() throws Exception {
        Path file = Files.createFile(folder.resolve("net"));
        try (OwnedFd fd = OpenFile.open(file.toString(), OpenFlags.RDONLY)) {
            var bound = new Mounts.Mount(Mounts.idOf(fd).orElseThrow(), "net:[17]", file.toString(), "nsfs");
            assertThat(new Pins(() -> List.of(bound)).of(fd)).containsEntry("mount", file.toString())
                    .containsEntry("namespace", "net:[17]");
        }
    }

    @Test
    void othersNothing() {
        try (Pipe.Ends pipe = Pipe.create(); OwnedFd counter = EventFd.create(0, false, false)) {
            assertThat(pins(pipe.read())).isEmpty();
            assertThat(pins(counter)).isEmpty();
        }
    }

    @Test
    void aFileOfAnotherMountNamespaceSaysSo() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (OwnedFd fd = OpenFile.open(file.toString(), OpenFlags.RDONLY)) {
            var nothingIsMounted = new Pins(List::of);
            assertThat(nothingIsMounted.of(fd)).isEqualTo(Map.of(
                    "mountNamespace", "another", "device", Stat.of(fd).device().toString()));
        }
    }
}
