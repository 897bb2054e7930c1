package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.SELF;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A place in the file system is found again, whatever is there, and still gives no access to it.
@ExtendWith(NothingLeaks.class)
class PathHandlerTest {

    private final PathHandler handler = new PathHandler();
    private final Restoring restoring = new Restoring();
    private Path folder;

    @BeforeEach
    void places(@TempDir Path temporary) throws Exception {
        folder = Files.createDirectory(temporary.toRealPath().resolve("f"));
    }

    @AfterEach
    void close() {
        restoring.close();
    }

    private static OwnedFd place(Path path) {
        return OpenFile.open(path.toString(), OpenFlags.PATH | OpenFlags.NOFOLLOW);
    }

    private Prospect examine(OwnedFd fd) {
        return handler.examine(fd, new FdFacts(fd), SELF);
    }

    private void comesBack(Path path, String type) throws Exception {
        try (OwnedFd place = place(path)) {
            assertThat(examine(place)).isEqualTo(Prospect.of(Survival.REOPEN));
            assertThat(handler.describe(place)).containsEntry("type", type);
            try (OwnedFd back = restoring.restore(handler, restoring.preserve(handler, place))) {
                assertThat(handler.describe(back)).isEqualTo(handler.describe(place));
                assertThat(new FdFacts(back).flags() & OpenFlags.PATH).isNotZero();
                assertThatThrownBy(() -> OpenFile.setStatusFlags(back, 0)).as("it gives no access")
                        .isInstanceOf(SystemCallException.class);
            }
        }
    }

    @Test
    void everyTypeOfFileComesBack() throws Exception {
        comesBack(Files.writeString(folder.resolve("file"), "x"), "regular");
        comesBack(folder, "directory");
        comesBack(Nodes.fifo(folder.resolve("fifo")), "fifo");
        comesBack(Path.of("/dev/null"), "character-device");
        UnixSocket.bind(new UnixAddress(folder.resolve("s").toString()), SocketFacts.STREAM).close();
        comesBack(folder.resolve("s"), "socket");
    }

    @Test
    void aSymbolicLinkComesBackItselfAlsoOneThatLeadsNowhere() throws Exception {
        Files.writeString(folder.resolve("file"), "x");
        comesBack(Files.createSymbolicLink(folder.resolve("link"), Path.of("file")), "symbolic-link");
        comesBack(Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere")), "symbolic-link");
    }

    @Test
    void anotherFileInItsPlaceIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        try (OwnedFd place = place(file)) {
            Saved saved = restoring.preserve(handler, place);
            Files.move(file, folder.resolve("aside"));
            Files.createSymbolicLink(file, folder.resolve("aside"));
            assertThatThrownBy(() -> restoring.restore(handler, saved)).isInstanceOf(HandlerRefusal.class)
                    .hasMessageContaining("another file");
            for (Saved bad : List.of(saved.without("path"), saved.with("path", "relative"),
                    saved.with("path", folder.resolve("gone").toString()), saved.with("path", "/"))) {
                assertThatThrownBy(() -> restoring.restore(handler, bad)).isInstanceOf(HandlerRefusal.class);
            }
        }
    }

    @Test
    void whatHasNoPathLivesOnlyWhileItIsHeld() throws Exception {
        var places = new ArrayList<OwnedFd>();
        try (OwnedFd memfd = Memfd.create("m"); OwnedFd counter = EventFd.create(0, false, false)) {
            places.add(OpenFile.reopen(memfd, OpenFlags.PATH));
            places.add(OpenFile.reopen(counter, OpenFlags.PATH));
            Path file = Files.writeString(folder.resolve("file"), "x");
            places.add(place(file));
            Files.delete(file);
            places.add(place(Path.of("/proc/self/status")));
            for (OwnedFd place : places) {
                assertThat(examine(place).survival()).as(new FdFacts(place).link()).isEqualTo(Survival.LIVE);
                assertThat(examine(place).reason()).isPresent();
            }
        } finally {
            places.forEach(OwnedFd::close);
        }
    }

    @Test
    void onlyWhereThePutterMaySearch() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can look with another user's eyes");
        Path file = Files.writeString(folder.resolve("file"), "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(folder.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        try (OwnedFd place = place(file); var asAlice = new Restoring(ALICE)) {
            Saved saved = asAlice.preserve(handler, place);
            try (OwnedFd back = asAlice.restore(handler, saved)) {
                assertThat(Stat.of(back).sameInode(Stat.of(place))).isTrue();
            }
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            assertThatThrownBy(() -> asAlice.restore(handler, saved)).isInstanceOf(HandlerRefusal.class);
            assertThat(handler.examine(place, new FdFacts(place), ALICE).survival())
                    .isEqualTo(Survival.LIVE);
        }
    }
}
