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
import java.util.stream.Stream;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.PreservingHandler;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;
import org.fdbox.sys.ThisProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Files and folders are opened again by their path, if it is still the very same one and the putter itself
/// could open it.
@ExtendWith(NothingLeaks.class)
class NamedFileHandlersTest {

    private final RegularFileHandler files = new RegularFileHandler();
    private final DirectoryHandler folders = new DirectoryHandler();
    private final Restoring restoring = new Restoring();
    private Path folder;
    private Path path;

    @BeforeEach
    void make(@TempDir Path temporary) throws Exception {
        folder = temporary.toRealPath();
        path = Files.writeString(folder.resolve("file"), "contents");
    }

    @AfterEach
    void close() {
        restoring.close();
    }

    private static OwnedFd open(Path path, int flags) {
        return OpenFile.open(path.toString(), flags);
    }

    private Saved saved(PreservingHandler handler, Path what, int flags) throws Exception {
        try (OwnedFd fd = open(what, flags)) {
            return restoring.preserve(handler, fd);
        }
    }

    private void assertRefused(Saved saved) {
        assertThatThrownBy(() -> restoring.restore(files, saved)).isInstanceOf(HandlerRefusal.class);
    }

    private static Prospect examine(PreservingHandler handler, OwnedFd fd, PeerCredentials putter)
            throws HandlerRefusal {
        return handler.examine(fd, new FdFacts(fd), putter);
    }

    @Test
    void aFileComesBackWithItsPositionAccessModeAndFlags() throws Exception {
        for (int flags : List.of(OpenFlags.RDONLY, OpenFlags.WRONLY | OpenFlags.APPEND, OpenFlags.RDWR)) {
            try (OwnedFd fd = open(path, flags)) {
                OpenFile.seek(fd, 5);
                Saved saved = restoring.preserve(files, fd);
                try (OwnedFd back = restoring.restore(files, saved)) {
                    assertThat(files.describe(back)).isEqualTo(files.describe(fd));
                    assertThat(Stat.of(back).sameInode(Stat.of(fd))).isTrue();
                    assertThat(Fds.same(fd, back)).isFalse();
                }
            }
        }
    }

    @Test
    void aFolderComesBack() throws Exception {
        Saved saved = saved(folders, folder, OpenFlags.RDONLY | OpenFlags.DIRECTORY);
        try (OwnedFd back = restoring.restore(folders, saved)) {
            assertThat(new FdFacts(back).link()).isEqualTo(folder.toString());
        }
    }

    @Test
    void anotherFileOfTheSameNameIsRefused() throws Exception {
        Saved saved = saved(files, path, OpenFlags.RDONLY);
        Files.move(path, folder.resolve("aside"));
        Files.writeString(path, "another");
        assertRefused(saved);
    }

    @Test
    void aFileThatReusesTheInodeNumberIsRefused() throws Exception {
        Saved saved = saved(files, path, OpenFlags.RDONLY);
        assumeTrue(saved.properties().containsKey("handle"),
                "the file system of the temporary folder has no handles");
        Files.delete(path);
        Files.writeString(path, "another");
        assertRefused(saved);
    }

    @Test
    void aLinkInThePlaceOfTheFileIsRefusedAlsoIfItLeadsThere() throws Exception {
        Saved saved = saved(files, path, OpenFlags.RDONLY);
        Files.move(path, folder.resolve("aside"));
        Files.createSymbolicLink(path, folder.resolve("aside"));
        assertRefused(saved);
    }

    @Test
    void aFileThatIsGoneIsRefused() throws Exception {
        Saved saved = saved(files, path, OpenFlags.RDONLY);
        Files.delete(path);
        assertRefused(saved);
    }

    @Test
    void aFolderInThePlaceOfTheFileIsRefused() throws Exception {
        Saved saved = saved(files, path, OpenFlags.RDONLY);
        Files.delete(path);
        Files.createDirectory(path);
        assertRefused(saved);
    }

    @Test
    void propertiesThatCannotBeAreRefused() throws Exception {
        Saved saved = saved(files, path, OpenFlags.RDONLY);
        for (Saved bad : List.of(
                saved.with("position", -1L), saved.with("flags", List.of("x")), saved.without("path"),
                saved.with("path", "/no\0thing"), saved.with("path", "x".repeat(5000)),
                saved.with("handle", "1:00"),
                saved.without("handle").with("inode", "1"))) {
            assertRefused(bad);
        }
    }

    @Test
    void aDeletedFileLivesOnlyWhileItIsHeld() throws Exception {
        try (OwnedFd fd = open(path, OpenFlags.RDONLY)) {
            assertThat(examine(files, fd, SELF)).isEqualTo(Prospect.of(Survival.REOPEN));
            Files.delete(path);
            assertThat(examine(files, fd, SELF).survival()).isEqualTo(Survival.LIVE);
            assertThat(examine(files, fd, SELF).reason().orElseThrow()).contains("deleted");
        }
    }

    @Test
    void aNameThatEndsAsTheKernelMarksDeletedFilesIsAName() throws Exception {
        Path odd = Files.writeString(folder.resolve("odd (deleted)"), "x");
        try (OwnedFd fd = open(odd, OpenFlags.RDONLY)) {
            assertThat(examine(files, fd, SELF)).isEqualTo(Prospect.of(Survival.REOPEN));
            Files.createLink(folder.resolve("other name"), odd);
            Files.delete(odd);
            assertThat(examine(files, fd, SELF).reason().orElseThrow()).contains("deleted");
        }
    }

    @Test
    void filesOfTheKernelAreNeverOpenedAgain() throws Exception {
        for (String kernels : List.of("/proc/self/status", "/sys/kernel/mm/transparent_hugepage/enabled")) {
            assumeTrue(Files.isReadable(Path.of(kernels)), kernels + " is missing");
            try (OwnedFd fd = open(Path.of(kernels), OpenFlags.RDONLY)) {
                assertThat(examine(files, fd, SELF).survival()).as(kernels).isEqualTo(Survival.LIVE);
            }
        }
    }

    /// Whoever could write to it once could move any process into it.
    @Test
    void aFileOfACgroupIsNeverOpenedAgain() throws Exception {
        Path procs = Stream.of("/sys/fs/cgroup", "/sys/fs/cgroup/unified").map(Path::of)
                .map(mount -> mount.resolve("cgroup.procs")).filter(Files::isReadable).findFirst()
                .orElse(null);
        assumeTrue(procs != null, "no cgroup2 is mounted");
        try (OwnedFd fd = open(procs, OpenFlags.RDONLY)) {
            assertThat(examine(files, fd, SELF).survival()).isEqualTo(Survival.LIVE);
        }
    }

    @Test
    void nothingIsOpenedThatThePutterCouldNotOpen() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can look with another user's eyes");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        try (OwnedFd fd = open(path, OpenFlags.RDWR);
                OwnedFd readable = open(path, OpenFlags.RDONLY);
                var asAlice = new Restoring(ALICE)) {
            assertThat(examine(files, fd, ALICE).survival()).isEqualTo(Survival.LIVE);
            assertThat(examine(files, fd, SELF).survival()).isEqualTo(Survival.REOPEN);
            assertThat(examine(files, readable, ALICE).survival()).isEqualTo(Survival.REOPEN);
            Saved mayRead = asAlice.preserve(files, readable);
            asAlice.restore(files, mayRead).close();
            assertThatThrownBy(() -> asAlice.restore(files, asAlice.preserve(files, fd)))
                    .isInstanceOf(HandlerRefusal.class);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            assertThatThrownBy(() -> asAlice.restore(files, mayRead)).isInstanceOf(HandlerRefusal.class);
        }
    }
}
