package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What proves that a file is still the same one.
@ExtendWith(NoLeak.class)
class FileSystemTest {

    private static final long PROC = 0x9fa0;

    @TempDir
    private Path folder;

    private static Optional<String> handle(Path path) {
        try (OwnedFd fd = OpenFile.open(path.toString(), OpenFlags.PATH)) {
            return FileSystem.handle(fd);
        }
    }

    private Path fileWithAHandle() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Assumptions.assumeTrue(handle(file).isPresent(),
                "the file system of the temporary folder has no handles");
        return file;
    }

    @Test
    void aHandleIsOneForEveryNameOfAFile() throws Exception {
        Path file = fileWithAHandle();
        Path second = Files.createLink(folder.resolve("second"), file);
        assertThat(handle(second)).isEqualTo(handle(file)).get().asString().matches("\\d+:([0-9a-f]{2})+");
        try (OwnedFd open = OpenFile.open(file.toString(), OpenFlags.RDWR)) {
            Contents.write(open, new byte[10], 0);
            assertThat(FileSystem.handle(open)).as("also when it is open for writing")
                    .isEqualTo(handle(file));
        }
    }

    @Test
    void anotherFileHasAnotherHandleAlsoWithTheSameName() throws Exception {
        Path file = fileWithAHandle();
        Optional<String> before = handle(file);
        Files.delete(file);
        Files.createFile(file);
        assertThat(handle(file)).isPresent().isNotEqualTo(before);
    }

    @Test
    void whatHasNoHandleSaysSo() {
        try (Pipe.Ends pipe = Pipe.create();
                var sockets = UnixSocket.pair()) {
            assertThat(FileSystem.handle(pipe.read())).isEmpty();
            assertThat(FileSystem.handle(sockets.one())).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EOPNOTSUPP, 75, Errno.EPERM, Errno.ENOSYS})
    void aKernelThatCannotTellMeansNoHandle(int errno) {
        try (OwnedFd fd = Kernels.through(
                Kernels.always(SystemCall.NAME_TO_HANDLE_AT, -errno), OpenFile.open("/", OpenFlags.PATH))) {
            assertThat(FileSystem.handle(fd)).isEmpty();
        }
    }

    @Test
    void filesOfOneFileSystemShareItsId() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (OwnedFd one = OpenFile.open(file.toString(), OpenFlags.RDONLY);
                OwnedFd two = OpenFile.open(folder.toString(), OpenFlags.RDONLY);
                OwnedFd proc = OpenFile.open("/proc/self/status", OpenFlags.RDONLY)) {
            assertThat(FileSystem.of(one)).isEqualTo(FileSystem.of(two));
            assertThat(FileSystem.of(proc).type()).isEqualTo(PROC);
            assertThat(FileSystem.of(proc)).isNotEqualTo(FileSystem.of(one));
            assertThat(FileSystem.of(one).id()).matches("[0-9a-f]{16}");
        }
    }

    @Test
    void anIdOfZerosIsNone() {
        assertThat(new FileSystem.Id(1, "0000000000000000").isKnown()).isFalse();
        assertThat(new FileSystem.Id(1, "0000000000000010").isKnown()).isTrue();
    }
}
