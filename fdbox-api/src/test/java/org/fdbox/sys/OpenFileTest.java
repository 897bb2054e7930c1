package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Opening, and the state of what is open: position, flags, size, mode, owner.
@ExtendWith(NoLeak.class)
class OpenFileTest {

    private static final int F_GETFD = 1;

    @TempDir
    private Path folder;

    private static void fails(int errno, ThrowingCallable action) {
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(action)
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(errno));
    }

    @Test
    void whatIsOpenedIsCloseOnExec() {
        try (OwnedFd fd = OpenFile.open("/dev/null", OpenFlags.RDWR)) {
            assertThat(Kernel.SYSTEM.call(SystemCall.FCNTL, fd.number(), F_GETFD)).isEqualTo(1);
        }
    }

    @Test
    void whatIsNotThereIsTold() {
        fails(Errno.ENOENT, () -> OpenFile.open(folder.resolve("none").toString(), OpenFlags.RDONLY));
        fails(Errno.ENOTDIR, () -> OpenFile.open("/dev/null/x", OpenFlags.RDONLY));
        fails(Errno.EISDIR, () -> OpenFile.open(folder.toString(), OpenFlags.RDWR));
    }

    @Test
    void aPathThatNoKernelTakesIsRefused() {
        fails(Errno.ENAMETOOLONG, () -> OpenFile.open("/" + "x".repeat(4096), OpenFlags.RDONLY));
        fails(Errno.ENAMETOOLONG, () -> OpenFile.open("/dev/null\0/etc/passwd", OpenFlags.RDONLY));
    }

    @Test
    void aSymbolicLinkIsNotFollowedWhereItMustNotBe() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        fails(Errno.ELOOP, () -> OpenFile.open(link.toString(), OpenFlags.RDONLY | OpenFlags.NOFOLLOW));
    }

    @Test
    void aNewFileIsForItsOwnerAlone() throws Exception {
        Path path = folder.resolve("new");
        try (OwnedFd fd = OpenFile.create(path.toString())) {
            Contents.write(fd, new byte[]{1, 2}, 0);
            assertThat(Stat.of(fd).permissions()).isEqualTo(0600);
        }
        assertThat(Files.readAllBytes(path)).containsExactly(1, 2);
    }

    @Test
    void aNewFileReplacesNothing() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "precious");
        Path dangling = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));
        fails(Errno.EEXIST, () -> OpenFile.create(file.toString()));
        fails(Errno.EEXIST, () -> OpenFile.create(dangling.toString()));
        assertThat(file).hasContent("precious");
        assertThat(folder.resolve("elsewhere")).doesNotExist();
    }

    @Test
    void openingAnewGivesTheSameInodeItsOwnPosition() {
        try (OwnedFd memfd = Memfd.create("x")) {
            OpenFile.truncate(memfd, 100);
            OpenFile.seek(memfd, 42);
            try (OwnedFd again = OpenFile.reopen(memfd, OpenFlags.RDONLY)) {
                assertThat(OpenFile.position(again)).isZero();
                assertThat(OpenFile.position(memfd)).isEqualTo(42);
                assertThat(Stat.of(again).sameInode(Stat.of(memfd))).isTrue();
                fails(Errno.EBADF, () -> Contents.write(again, new byte[1], 0));
            }
        }
    }

    @Test
    void openingAnewTurnsAReferenceIntoAFile() throws Exception {
        Path path = Files.writeString(folder.resolve("file"), "contents");
        try (OwnedFd reference = OpenFile.open(path.toString(), OpenFlags.PATH)) {
            fails(Errno.EBADF, () -> Contents.read(reference, 0, 1));
            Files.move(path, folder.resolve("moved"));
            try (OwnedFd file = OpenFile.reopen(reference, OpenFlags.RDONLY)) {
                assertThat(Contents.read(file, 0, 8)).asString().isEqualTo("contents");
            }
        }
    }

    @Test
    void duplicatesShareAPosition() {
        try (OwnedFd memfd = Memfd.create("x");
                OwnedFd second = memfd.dup()) {
            OpenFile.seek(memfd, 1L << 40);
            assertThat(OpenFile.position(second)).isEqualTo(1L << 40);
        }
    }

    @Test
    void whatCannotSeekHasNoPosition() {
        try (Pipe.Ends pipe = Pipe.create();
                var sockets = UnixSocket.pair()) {
            assertThat(OpenFile.position(pipe.read())).isEqualTo(-1);
            assertThat(OpenFile.position(sockets.one())).isEqualTo(-1);
            fails(Errno.ESPIPE, () -> OpenFile.seek(pipe.read(), 1));
        }
    }

    @Test
    void statusFlagsChangeAndTheAccessModeStays() {
        try (OwnedFd memfd = Memfd.create("x")) {
            OpenFile.setStatusFlags(memfd, OpenFlags.bits(List.of("rdonly", "append", "nonblock")));
            assertThat(OpenFlags.names(new FdFacts(memfd).flags())).containsExactly("rdwr", "append",
                    "nonblock");
            OpenFile.setStatusFlags(memfd, 0);
            assertThat(OpenFlags.names(new FdFacts(memfd).flags())).containsExactly("rdwr");
        }
    }

    @Test
    void modeAndSizeAndOwnerAreSet() throws Exception {
        Path path = Files.createFile(folder.resolve("file"));
        try (OwnedFd fd = OpenFile.open(path.toString(), OpenFlags.RDWR)) {
            OpenFile.chmod(fd, 0640);
            OpenFile.truncate(fd, 12345);
            OpenFile.chown(fd, ThisProcess.uid(), ThisProcess.gid());
            OpenFile.sync(fd);
            fails(Errno.EINVAL, () -> OpenFile.truncate(fd, -1));
            assertThat(Stat.of(fd).uid()).isEqualTo(ThisProcess.uid());
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-r-----");
        assertThat(path).hasSize(12345);
    }
}
