package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.fdbox.sys.Errno;
import org.fdbox.sys.SystemCallException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Failures of files in words for people.
class FileTroubleTest {

    @Test
    void whatTheClassSaysIsSaidInWords() {
        assertThat(FileTrouble.of(new NoSuchFileException("/a/b")))
                .isEqualTo("/a/b: no such file or directory");
        assertThat(FileTrouble.of(new AccessDeniedException("/a/b"))).isEqualTo("/a/b: permission denied");
        assertThat(FileTrouble.of(new IOException("as it is"))).isEqualTo("as it is");
    }

    static Stream<String> inTheWordsOfTheJdk() {
        return Stream.of("No space left on device", "Read-only file system", "File too large",
                "Input/output error", "Too many open files", "Disk quota exceeded");
    }

    @ParameterizedTest
    @MethodSource("inTheWordsOfTheJdk")
    void whatCanBeDoneIsSaid(String reason) {
        assertThat(FileTrouble.of(new FileSystemException("/a", null, reason)))
                .startsWith("/a: " + reason + "; ");
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void whatCanBeDoneIsSaidOfSystemCallsToo(int errno) {
        var failed = new SystemCallException("fsync", "/a", errno);
        assertThat(FileTrouble.of(failed)).startsWith(failed.getMessage() + "; ");
    }

    static Stream<Integer> numbers() {
        return Stream.of(Errno.ENOSPC, Errno.EDQUOT, Errno.EROFS, Errno.EFBIG, Errno.EIO, Errno.EMFILE,
                Errno.ENFILE);
    }
}
