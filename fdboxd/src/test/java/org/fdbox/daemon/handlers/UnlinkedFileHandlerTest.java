package org.fdbox.daemon.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.SELF;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.fdbox.daemon.handlers.Restoring.Saved;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.spi.Prospect;
import org.fdbox.spi.Survival;
import org.fdbox.sys.Contents;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.Stat;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.ThisProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A file without a name comes back as one, with its contents, in the folder where it was.
@ExtendWith(NothingLeaks.class)
class UnlinkedFileHandlerTest {

    private final UnlinkedFileHandler handler = new UnlinkedFileHandler();
    private final Restoring restoring = new Restoring();
    private Path folder;

    @BeforeEach
    void make(@TempDir Path temporary) throws Exception {
        folder = Files.createDirectory(temporary.toRealPath().resolve("f"));
        try (OwnedFd place = OpenFile.open(folder.toString(), OpenFlags.PATH)) {
            OpenFile.unnamed(place).close();
        } catch (SystemCallException impossible) {
            assumeTrue(false, "the temporary folder has no files without a name: " + impossible.getMessage());
        }
    }

    @AfterEach
    void close() {
        restoring.close();
    }

    private OwnedFd unlinked(String text, int flags) throws Exception {
        Path path = Files.writeString(folder.resolve("file"), text);
        OwnedFd fd = OpenFile.open(path.toString(), flags);
        Files.delete(path);
        return fd;
    }

    private Prospect examine(OwnedFd fd, PeerCredentials putter) {
        return handler.examine(fd, new FdFacts(fd), putter);
    }

    private void assertRefused(Saved saved, String why) {
        assertThatThrownBy(() -> restoring.restore(handler, saved))
                .as(saved.properties().toString())
                .isInstanceOf(HandlerRefusal.class)
                .hasMessageContaining(why);
    }

    private static void assertAlike(OwnedFd back, OwnedFd fd) {
        Stat one = Stat.of(back);
        Stat other = Stat.of(fd);
        assertThat(List.of(one.size(), one.permissions(), one.uid(), one.gid(), one.links(), one.device()))
                .isEqualTo(List.of(other.size(), other.permissions(), other.uid(), other.gid(), 0,
                        other.device()));
        assertThat(OpenFile.position(back)).isEqualTo(OpenFile.position(fd));
        assertThat(OpenFlags.names(new FdFacts(back).flags()))
                .isEqualTo(OpenFlags.names(new FdFacts(fd).flags()));
    }

    @ParameterizedTest
    @ValueSource(ints = {
        OpenFlags.RDONLY,
        OpenFlags.WRONLY | OpenFlags.APPEND,
        OpenFlags.RDWR,
        OpenFlags.RDWR | OpenFlags.DSYNC})
    void anUnlinkedFileComesBack(int flags) throws Exception {
        try (OwnedFd fd = unlinked("contents", flags)) {
            OpenFile.seek(fd, 3);
            OpenFile.chmod(fd, 0440);
            assertThat(examine(fd, SELF)).isEqualTo(Prospect.of(Survival.CONTENTS));
            try (OwnedFd back = restoring.restore(handler, restoring.preserve(handler, fd))) {
                assertAlike(back, fd);
                assertThat(Fds.text(back)).isEqualTo("contents");
                assertThat(OpenFile.position(fd)).isEqualTo(3);
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFileThatNeverHadANameComesBackWithItsHolesAndAgain() throws Exception {
        long size = 64L << 20;
        try (OwnedFd place = OpenFile.open(folder.toString(), OpenFlags.PATH);
                OwnedFd fd = OpenFile.unnamed(place)) {
            OpenFile.truncate(fd, size);
            Contents.write(fd, "far".getBytes(StandardCharsets.UTF_8), size - 4096);
            try (OwnedFd back = restoring.restore(handler, restoring.preserve(handler, fd));
                    OwnedFd again = restoring.restore(handler, restoring.preserve(handler, back));
                    OwnedFd seekable = OpenFile.reopen(again, OpenFlags.RDONLY)) {
                assertAlike(again, fd);
                assertThat(Contents.read(again, size - 4096, 3)).asString().isEqualTo("far");
                assertThat(Contents.dataExtents(seekable, size)).hasSize(1);
            }
        }
    }

    @Test
    void onlyAFileWithoutAnyNameIsOne() throws Exception {
        Path path = Files.writeString(folder.resolve("odd (deleted)"), "x");
        try (OwnedFd fd = OpenFile.open(path.toString(), OpenFlags.RDWR)) {
            assertThat(handler.recognises(new FdFacts(fd))).isFalse();
            Files.createLink(folder.resolve("second"), path);
            Files.delete(path);
            assertThat(handler.recognises(new FdFacts(fd))).as("it has a name left").isFalse();
            Files.delete(folder.resolve("second"));
            assertThat(handler.recognises(new FdFacts(fd))).isTrue();
        }
    }

    @Test
    void onlyInTheFolderWhereItWas() throws Exception {
        try (OwnedFd fd = unlinked("x", OpenFlags.RDWR)) {
            Saved saved = restoring.preserve(handler, fd);
            Path aside = Files.move(folder, folder.resolveSibling("aside"));
            assertRefused(saved, "ENOENT");
            Files.createDirectory(folder);
            assertRefused(saved, "another file");
            Files.delete(folder);
            Files.createSymbolicLink(folder, aside);
            assertRefused(saved, "another file");
        }
    }

    @Test
    void whereItCannotBeMadeAgainItLivesOnlyWhileItIsHeld() throws Exception {
        try (OwnedFd fd = unlinked("x", OpenFlags.RDWR)) {
            Files.delete(folder);
            assertThat(examine(fd, SELF).survival()).isEqualTo(Survival.LIVE);
            assertThat(examine(fd, SELF).reason().orElseThrow()).contains("folder");
            assertThatThrownBy(() -> restoring.preserve(handler, fd)).isInstanceOf(HandlerRefusal.class);
        }
    }

    @Test
    void onlyWhereThePutterMayMakeFiles() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can act with another user's rights");
        Files.setPosixFilePermissions(folder.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        try (OwnedFd fd = unlinked("x", OpenFlags.RDWR); var asAlice = new Restoring(ALICE)) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
            assertThat(examine(fd, ALICE).survival()).isEqualTo(Survival.CONTENTS);
            Saved saved = asAlice.preserve(handler, fd);
            try (OwnedFd back = asAlice.restore(handler, saved)) {
                assertThat(Stat.of(back).uid()).as("root's file does not become Alice's").isZero();
            }
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            assertThat(examine(fd, ALICE).survival()).isEqualTo(Survival.LIVE);
            assertThatThrownBy(() -> asAlice.restore(handler, saved)).isInstanceOf(HandlerRefusal.class);
        }
    }

    @Test
    void itsOwnerIsTheOneItHad() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can give files away");
        try (OwnedFd fd = unlinked("x", OpenFlags.RDWR)) {
            OpenFile.chown(fd, 1234, 4321);
            OpenFile.chmod(fd, 04710);
            try (OwnedFd back = restoring.restore(handler, restoring.preserve(handler, fd))) {
                assertAlike(back, fd);
            }
        }
    }

    @Test
    void aFileOfHugePagesComesBack() throws Exception {
        Path mounted = Mounted.of("hugetlbfs");
        try (OwnedFd place = OpenFile.open(mounted.toString(), OpenFlags.PATH);
                OwnedFd fd = OpenFile.unnamed(place)) {
            assertThat(handler.recognises(new FdFacts(fd))).isTrue();
            OpenFile.truncate(fd, 4L << 20);
            assertThat(examine(fd, SELF)).isEqualTo(Prospect.of(Survival.CONTENTS));
            try (OwnedFd back = restoring.restore(handler, restoring.preserve(handler, fd))) {
                assertAlike(back, fd);
            }
        }
    }

    @Test
    void propertiesThatCannotBeAreRefused() throws Exception {
        try (OwnedFd fd = unlinked("text", OpenFlags.RDWR)) {
            Saved saved = restoring.preserve(handler, fd);
            for (Saved bad : List.of(
                    saved.with("size", 3L), saved.with("size", -1L), saved.with("position", -1L),
                    saved.with("flags", List.of("x")), saved.with("mode", "x"), saved.with("owner", -1L),
                    saved.with("owner", 1L << 32), saved.with("group", 0xffff_ffffL),
                    saved.without("folder"), saved.with("folder", "/tmp"),
                    saved.with("folder", NamedInode.identity(fd, new FdFacts(fd))))) {
                assertRefused(bad, "");
            }
        }
    }
}
