package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.Request;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The daemon knows what is its own, and takes nothing else for it.
@ExtendWith(NothingLeaks.class)
class OwnFilesTest {

    private Path folder;
    private Path state;
    private UnixAddress address;
    private OwnFiles own;

    @BeforeEach
    void aDaemon(@TempDir Path temporary) throws Exception {
        folder = temporary.toRealPath();
        state = Files.createDirectories(folder.resolve("state/payloads")).getParent();
        Files.createFile(state.resolve("lock"));
        address = new UnixAddress(folder.resolve("socket").toString());
        own = new OwnFiles(List.of(address), state);
    }

    private Optional<String> kind(OwnedFd fd) {
        return own.recognise(fd, new FdFacts(fd)).map(OwnFiles.Ours::kind);
    }

    private Optional<String> kind(Path path, int flags) {
        try (OwnedFd fd = OpenFile.open(path.toString(), flags)) {
            return kind(fd);
        }
    }

    @Test
    void itsListeningSocketAndBothEndsOfAConnection() {
        try (OwnedFd listener = UnixSocket.listen(address, SocketFacts.STREAM, 1);
                OwnedFd client = UnixSocket.connect(address);
                OwnedFd accepted = UnixSocket.accept(listener).orElseThrow()) {
            assertThat(kind(listener)).contains("socket");
            assertThat(kind(client)).contains("socket");
            assertThat(kind(accepted)).contains("socket");
        }
        assertThat(kind(folder.resolve("socket"), OpenFlags.PATH)).as("a name of it").isEmpty();
    }

    @Test
    void bothEndsOfAHandleForAsLongAsItIsOpen() throws Exception {
        try (Desk desk = new Desk(folder.resolve("desk")); UnixSocket.Pair pair = UnixSocket.pair();
                UnixSocket.Pair stranger = UnixSocket.pair()) {
            desk.call(Users.ROOT, new Request.CreateBox("b", OptionalInt.empty()));
            var handle = (BoxHandle) desk.open(desk.session(Users.ROOT), "b", Optional.empty()).caller();
            own.add(handle, pair);
            try (OwnedFd copy = pair.other().dup()) {
                assertThat(kind(pair.one())).contains("box-handle");
                assertThat(kind(copy)).contains("box-handle");
            }
            assertThat(kind(stranger.one())).isEmpty();
            own.forget(handle);
            own.forget(handle);
            assertThat(kind(pair.one())).isEmpty();
            assertThat(kind(pair.other())).isEmpty();
        }
    }

    @Test
    void whatIsInItsStateDirectory() throws Exception {
        Path payload = Files.createFile(state.resolve("payloads/1"));
        assertThat(kind(state, OpenFlags.DIRECTORY)).contains("directory");
        assertThat(kind(state.resolve("payloads"), OpenFlags.PATH)).contains("directory");
        assertThat(kind(payload, OpenFlags.RDONLY)).contains("file");
        assertThat(kind(payload, OpenFlags.PATH)).contains("file");
        Path link = Files.createSymbolicLink(folder.resolve("link"), state);
        assertThat(kind(link.resolve("payloads/1"), OpenFlags.RDWR)).contains("file");
        try (OwnedFd removed = OpenFile.open(payload.toString(), OpenFlags.RDONLY)) {
            Files.delete(payload);
            assertThat(kind(removed)).contains("file");
        }
        assertThat(kind(Files.createFile(folder.resolve("state2")), OpenFlags.RDONLY)).isEmpty();
        assertThat(kind(folder, OpenFlags.DIRECTORY)).isEmpty();
    }

    @Test
    void itsMountNamespaceAndNoOtherNamespace() {
        Path namespaces = Path.of("/proc/self/ns");
        assertThat(kind(namespaces.resolve("mnt"), OpenFlags.RDONLY)).contains("namespace");
        assertThat(kind(namespaces.resolve("mnt"), OpenFlags.PATH)).contains("namespace");
        assertThat(kind(namespaces.resolve("uts"), OpenFlags.RDONLY)).isEmpty();
    }
}
