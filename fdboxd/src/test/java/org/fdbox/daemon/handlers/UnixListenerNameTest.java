package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.BOB;
import static org.fdbox.daemon.support.Users.ROOT;
import static org.fdbox.daemon.support.Users.STAFF;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileIdentity;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Root makes users' listeners again: nobody takes them for root's own, nor gets at them who could not before.
@ExtendWith(NothingLeaks.class)
class UnixListenerNameTest {

    private static final int OTHERS = 2000;

    private final UnixListenerHandler handler = new UnixListenerHandler();
    private Path path;
    private Restoring bob;

    @BeforeEach
    void aFolderOfBob(@TempDir Path temporary) throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can be somebody else");
        Path folder = Files.createDirectory(temporary.toRealPath().resolve("f"));
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setAttribute(folder, "unix:uid", BOB.uid());
        path = folder.resolve("s");
        bob = new Restoring(BOB);
    }

    @AfterEach
    void close() {
        if (bob != null) {
            bob.close();
        }
    }

    private static OwnedFd listenAsBob(UnixAddress address) throws Exception {
        return FileIdentity.as(BOB.uid(), BOB.gid(), BOB.groups(),
                () -> UnixSocket.listen(address, SocketFacts.STREAM, 1));
    }

    private static void assertPeersSeeBob(UnixAddress address) {
        try (OwnedFd connected = UnixSocket.connect(address)) {
            assertThat(PeerCredentials.of(connected)).satisfies(peer -> {
                assertThat(peer.uid()).isEqualTo(BOB.uid());
                assertThat(peer.gid()).isEqualTo(BOB.gid());
                assertThat(peer.groups()).containsExactly(STAFF);
            });
        }
    }

    @Test
    void whoConnectsToItSeesItsPutter() throws Exception {
        var address = new UnixAddress(path.toString());
        Saved saved;
        try (OwnedFd listener = listenAsBob(address)) {
            saved = bob.preserve(handler, listener);
        }
        try (OwnedFd _ = bob.restore(handler, saved)) {
            assertPeersSeeBob(address);
        }
    }

    @Test
    void soItIsWithAnAbstractName() throws Exception {
        var address = new UnixAddress("@fdbox-test-" + UUID.randomUUID());
        Saved saved;
        try (OwnedFd listener = listenAsBob(address)) {
            saved = bob.preserve(handler, listener);
        }
        try (OwnedFd _ = bob.restore(handler, saved)) {
            assertPeersSeeBob(address);
        }
        assertThat(ThisProcess.uid()).isZero();
    }

    private void give(int uid, int gid, String mode) throws Exception {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        Files.setAttribute(path, "unix:gid", gid);
        Files.setAttribute(path, "unix:uid", uid);
    }

    private void assertIs(int uid, int gid, String mode) throws Exception {
        assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(uid);
        assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(gid);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo(mode);
    }

    @Test
    void itsPathBelongsToWhomItBelonged() throws Exception {
        Saved saved;
        try (OwnedFd listener = listenAsBob(new UnixAddress(path.toString()))) {
            give(BOB.uid(), STAFF, "rw-rw----");
            saved = bob.preserve(handler, listener);
        }
        try (OwnedFd _ = bob.restore(handler, saved)) {
            assertIs(BOB.uid(), STAFF, "rw-rw----");
        }
    }

    @Test
    void rootMayGiveItToAnybody() throws Exception {
        try (var root = new Restoring(ROOT)) {
            Saved saved;
            try (OwnedFd listener = listenAsBob(new UnixAddress(path.toString()))) {
                give(OTHERS, OTHERS, "rw-rw----");
                saved = root.preserve(handler, listener);
            }
            try (OwnedFd _ = root.restore(handler, saved)) {
                assertIs(OTHERS, OTHERS, "rw-rw----");
            }
        }
    }

    @Test
    void whatItsPutterCouldNotGiveAgainIsLive() throws Exception {
        try (OwnedFd listener = listenAsBob(new UnixAddress(path.toString()))) {
            assertThat(survival(listener, BOB)).isEqualTo(Survival.REOPEN);
            give(BOB.uid(), STAFF, "rw-rw----");
            assertThat(survival(listener, BOB)).isEqualTo(Survival.REOPEN);
            give(BOB.uid(), OTHERS, "rw-rw----");
            assertThat(survival(listener, BOB)).isEqualTo(Survival.LIVE);
            assertThat(survival(listener, ROOT)).isEqualTo(Survival.REOPEN);
            give(OTHERS, BOB.gid(), "rw-rw----");
            assertThat(survival(listener, BOB)).isEqualTo(Survival.LIVE);
        }
    }

    /// 65534 stands for every group without a number.
    @Test
    void whoseGroupIsNobodysHasItLive() throws Exception {
        var address = new UnixAddress("@fdbox-test-" + UUID.randomUUID());
        try (OwnedFd listener = listenAsBob(address)) {
            var putter = new PeerCredentials(1, BOB.uid(), 65_534, Set.of());
            assertThat(survival(listener, putter)).isEqualTo(Survival.LIVE);
            assertThat(survival(listener, BOB)).isEqualTo(Survival.REOPEN);
        }
    }

    private Survival survival(OwnedFd listener, PeerCredentials putter) {
        return handler.examine(listener, new FdFacts(listener), putter).survival();
    }

    @Test
    void whereItsPutterMayNotGiveItNobodyConnects() throws Exception {
        Saved saved;
        try (OwnedFd listener = listenAsBob(new UnixAddress(path.toString()))) {
            give(BOB.uid(), OTHERS, "rw-rw----");
            saved = bob.preserve(handler, listener);
        }
        assertThatThrownBy(() -> bob.restore(handler, saved)).isInstanceOf(HandlerRefusal.class)
                .hasMessageContaining("gid " + OTHERS);
    }
}
