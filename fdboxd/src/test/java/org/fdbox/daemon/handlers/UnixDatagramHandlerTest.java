package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.SELF;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.Foreign;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.SocketBuffers;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.SocketOption;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A datagram socket is bound to its path again, with its mode and options, where no other receives now.
@ExtendWith(NothingLeaks.class)
class UnixDatagramHandlerTest {

    private final UnixDatagramHandler handler = new UnixDatagramHandler();
    private final Restoring restoring = new Restoring();
    private Path path;
    private UnixAddress address;

    @BeforeEach
    void places(@TempDir Path temporary) throws Exception {
        path = temporary.toRealPath().resolve("s");
        address = new UnixAddress(path.toString());
    }

    @AfterEach
    void close() {
        restoring.close();
    }

    private Saved saved() throws Exception {
        try (OwnedFd socket = UnixSocket.bind(address, SocketFacts.DATAGRAM)) {
            return restoring.preserve(handler, socket);
        }
    }

    private void assertRefused(Saved saved, String why) {
        assertThatThrownBy(() -> restoring.restore(handler, saved))
                .isInstanceOf(HandlerRefusal.class)
                .hasMessageContaining(why);
    }

    private void assertLive(OwnedFd socket, PeerCredentials putter, String why) {
        var prospect = handler.examine(socket, new FdFacts(socket), putter);
        assertThat(prospect.survival()).isEqualTo(Survival.LIVE);
        assertThat(prospect.reason()).hasValueSatisfying(reason -> assertThat(reason).contains(why));
    }

    @Test
    void peersFindItAgain() throws Exception {
        Saved saved;
        try (OwnedFd socket = UnixSocket.bind(address, SocketFacts.DATAGRAM)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
            OpenFile.setStatusFlags(socket, OpenFlags.NONBLOCK);
            SocketOption.SO_PASSCRED.set(socket, 1);
            var room = new SocketBuffers(OptionalInt.empty(), OptionalInt.of(50_000));
            room.apply(socket);
            assertThat(handler.examine(socket, new FdFacts(socket), SELF).survival())
                    .isEqualTo(Survival.REOPEN);
            saved = restoring.preserve(handler, socket);
        }
        assertThat(path).as("what a crash leaves behind").exists();
        try (OwnedFd back = restoring.restore(handler, saved);
                OwnedFd peer = UnixSocket.connect(address, SocketFacts.DATAGRAM)) {
            Pipe.write(peer, new byte[]{4, 5});
            assertThat(Pipe.read(back, 2)).containsExactly(4, 5);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-rw----");
            assertThat(restoring.preserve(handler, back).properties()).isEqualTo(saved.properties());
        }
    }

    @Test
    void aPathAtWhichAnotherReceivesIsNotTakenAway() throws Exception {
        Saved saved = saved();
        Files.delete(path);
        try (OwnedFd other = UnixSocket.bind(address, SocketFacts.DATAGRAM)) {
            assertRefused(saved, "somebody else");
            UnixSocket.connect(address, SocketFacts.DATAGRAM).close();
            assertThat(other.isOpen()).isTrue();
        }
    }

    @Test
    void anAbstractNameIsBoundAgainInTheSameNetwork() throws Exception {
        var name = new UnixAddress("@fdbox-test-" + UUID.randomUUID());
        Saved saved;
        try (OwnedFd socket = UnixSocket.bind(name, SocketFacts.DATAGRAM)) {
            saved = restoring.preserve(handler, socket);
            assertRefused(saved, "EADDRINUSE");
        }
        restoring.restore(handler, saved).close();
        assertRefused(saved.with("network", "net:[1]"), "network namespace");
        try (OwnedFd elsewhere =
                Foreign.inAnotherNetwork(() -> UnixSocket.bind(name, SocketFacts.DATAGRAM))) {
            assertLive(elsewhere, SELF, "another network namespace");
        }
    }

    @Test
    void aSocketWithoutItsPathLivesOnlyWhileItIsHeld() throws Exception {
        try (OwnedFd socket = UnixSocket.bind(address, SocketFacts.DATAGRAM)) {
            Files.delete(path);
            assertLive(socket, SELF, "does not see");
            assertThatThrownBy(() -> restoring.preserve(handler, socket)).isInstanceOf(HandlerRefusal.class);
        }
    }

    @Test
    void aConnectedOrUnboundOneIsAnotherKind() throws Exception {
        try (OwnedFd socket = UnixSocket.bind(address, SocketFacts.DATAGRAM);
                OwnedFd peer = UnixSocket.connect(address, SocketFacts.DATAGRAM);
                OwnedFd unbound = UnixSocket.create(SocketFacts.DATAGRAM)) {
            assertThat(handler.recognises(new FdFacts(socket))).isTrue();
            assertThat(handler.recognises(new FdFacts(peer))).isFalse();
            assertThat(handler.recognises(new FdFacts(unbound))).isFalse();
        }
    }

    @Test
    void optionsThatOnlyRootMaySetNeedAPutterWhoIsRoot() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can mark a socket");
        try (OwnedFd socket = UnixSocket.bind(address, SocketFacts.DATAGRAM)) {
            SocketOption.SO_MARK.set(socket, 5);
            assertLive(socket, ALICE, "SO_MARK");
        }
        try (var alices = new Restoring(ALICE)) {
            Saved marked = marked(Map.of("SO_MARK", 5L));
            assertThatThrownBy(() -> alices.restore(handler, marked)).hasMessageContaining("SO_MARK");
        }
    }

    private Saved marked(Map<String, Object> options) throws Exception {
        Files.deleteIfExists(path);
        return saved().with("options", options);
    }

    @Test
    void propertiesThatCannotBeAreRefused() throws Exception {
        Saved saved = saved();
        for (Saved bad : List.of(
                saved.without("folder"), saved.without("mode"), saved.without("options"),
                saved.with("address", "relative"), saved.with("options", Map.of("SO_STRANGE", 1L)),
                saved.with("receiveBuffer", "x"), saved.with("flags", List.of("x")))) {
            assertRefused(bad, "");
        }
    }
}
