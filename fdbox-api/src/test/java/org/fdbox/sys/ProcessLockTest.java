package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeak.class)
class ProcessLockTest {

    /// Has it, or not.
    private static String asked(Path file) throws Exception {
        Process other = new ProcessBuilder("python3", "-c", """
                import fcntl, sys
                try:
                    fcntl.lockf(open(sys.argv[1], "r+"), fcntl.LOCK_EX | fcntl.LOCK_NB)
                    print("free")
                except BlockingIOError:
                    print("taken")
                """, file.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var out = other.getInputStream(); var in = other.getOutputStream();
                var err = other.getErrorStream()) {
            assertThat(in).isNotNull();
            assertThat(err).isNotNull();
            return new String(out.readAllBytes()).strip();
        }
    }

    @Test
    void keepsOtherProcessesOutUntilAnyDescriptorOfTheFileIsClosed(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3"))
                || Files.isExecutable(Path.of("/usr/local/bin/python3")), "no python3");
        Path path = Files.createFile(folder.resolve("file"));
        try (OwnedFd file = OpenFile.open(path.toString(), OpenFlags.RDWR)) {
            assertThat(asked(path)).isEqualTo("free");
            ProcessLock.take(file);
            ProcessLock.take(file);
            assertThat(asked(path)).isEqualTo("taken");
            file.dup().close();
            assertThat(asked(path)).isEqualTo("free");
        }
    }

    @Test
    void needsAFileThatCanBeWritten(@TempDir Path folder) throws Exception {
        Path path = Files.createFile(folder.resolve("file"));
        try (OwnedFd file = OpenFile.open(path.toString(), OpenFlags.RDONLY)) {
            assertThatThrownBy(() -> ProcessLock.take(file))
                    .isInstanceOf(SystemCallException.class)
                    .hasMessageContaining("EBADF");
        }
    }
}
