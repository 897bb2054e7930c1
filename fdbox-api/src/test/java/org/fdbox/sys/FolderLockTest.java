package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// One holder at a time; two open file descriptions are to flock(2) what two processes are.
@ExtendWith(NoLeak.class)
class FolderLockTest {

    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;

    @TempDir
    private Path folder;

    private Optional<FolderLock> tryTake() {
        return FolderLock.tryTake(folder.resolve("lock").toString());
    }

    @Test
    void theSecondCannotAndTheNextCan() {
        try (FolderLock _ = tryTake().orElseThrow()) {
            assertThat(tryTake()).isEmpty();
            assertThat(tryTake()).isEmpty();
        }
        tryTake().orElseThrow().close();
    }

    @Test
    void anybodyElsesLockCountsToo() throws Exception {
        Path file = Files.createFile(folder.resolve("lock"));
        try (OwnedFd other = OpenFile.open(file.toString(), OpenFlags.RDONLY)) {
            other.must(SystemCall.FLOCK, LOCK_EX | LOCK_NB, 0);
            assertThat(tryTake()).isEmpty();
        }
        tryTake().orElseThrow().close();
    }

    @Test
    void aSuccessorHasItTooUntilBothLetGo() {
        FolderLock mine = tryTake().orElseThrow();
        FolderLock theirs = adopt(mine.descriptor().dup()).orElseThrow();
        mine.close();
        assertThat(tryTake()).isEmpty();
        theirs.close();
        tryTake().orElseThrow().close();
    }

    @Test
    void theFirstHasItWhenTheSuccessorGaveUp() {
        try (FolderLock mine = tryTake().orElseThrow()) {
            adopt(mine.descriptor().dup()).orElseThrow().close();
            assertThat(tryTake()).isEmpty();
        }
    }

    @Test
    void whatIsNotTheLockIsNotAdopted() throws Exception {
        String other = Files.createFile(folder.resolve("other")).toString();
        try (FolderLock _ = tryTake().orElseThrow();
                OwnedFd strange = OpenFile.open(other, OpenFlags.RDWR);
                OwnedFd unlocked = OpenFile.open(folder.resolve("lock").toString(), OpenFlags.RDWR)) {
            assertThat(FolderLock.adopt(folder.resolve("lock").toString(), strange)).isEmpty();
            assertThat(FolderLock.adopt(folder.resolve("lock").toString(), unlocked)).isEmpty();
            assertThat(strange.isOpen() && unlocked.isOpen()).as("still the caller's").isTrue();
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> FolderLock.adopt(folder.resolve("none").toString(), strange));
        }
    }

    private Optional<FolderLock> adopt(OwnedFd file) {
        return FolderLock.adopt(folder.resolve("lock").toString(), file);
    }

    @Test
    void theFileIsForItsOwnerAlone() throws Exception {
        try (FolderLock _ = tryTake().orElseThrow()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("lock"))))
                    .isEqualTo("rw-------");
        }
        assertThat(folder.resolve("lock")).as("left for the next").exists();
    }

    @Test
    void aSymbolicLinkIsNotFollowed() throws Exception {
        Files.createSymbolicLink(folder.resolve("lock"), folder.resolve("elsewhere"));
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(this::tryTake)
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.ELOOP));
        assertThat(folder.resolve("elsewhere")).doesNotExist();
    }

    @Test
    void aFolderThatIsNotThereIsTold() {
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> FolderLock.tryTake(folder.resolve("none/lock").toString()))
                .satisfies(failed -> assertThat(failed.errno()).isEqualTo(Errno.ENOENT));
    }
}
