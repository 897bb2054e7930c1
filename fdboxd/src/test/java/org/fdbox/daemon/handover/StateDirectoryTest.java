package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.sys.Contents;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.ThisProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The state directory is one daemon's alone, and holds at most what one complete handover needs.
@ExtendWith(NothingLeaks.class)
class StateDirectoryTest {

    @TempDir
    Path folder;

    private StateDirectory open() throws Exception {
        return StateDirectory.open(folder.resolve("state"), Step.Watcher.NONE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void isMadeForItsOwnerAlone() throws Exception {
        try (StateDirectory state = StateDirectory.open(folder.resolve("a/b/state"), Step.Watcher.NONE)) {
            assertThat(Files.getPosixFilePermissions(state.root()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(Files.getPosixFilePermissions(state.root().resolve("lock")))
                    .doesNotContain(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-x---", "rwx--x---", "rwx---r--", "rwx----w-"})
    void isRefusedIfOthersCanGetAtIt(String mode) throws Exception {
        Path root = Files.createDirectory(folder.resolve("state"));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString(mode));
        assertThatThrownBy(() -> StateDirectory.open(root, Step.Watcher.NONE))
                .isInstanceOf(StateDirectory.Unusable.class)
                .hasMessageContaining("0700");
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void isRefusedIfItIsSomebodyElses() throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can give a folder away");
        Path root = Files.createDirectory(folder.resolve("state"));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        Files.setAttribute(root, "unix:uid", 1000);
        assertThatThrownBy(() -> StateDirectory.open(root, Step.Watcher.NONE))
                .isInstanceOf(StateDirectory.Unusable.class);
    }

    @Test
    void isRefusedIfItIsNoFolder() throws Exception {
        Path file = Files.createFile(folder.resolve("state"));
        assertThatThrownBy(() -> StateDirectory.open(file, Step.Watcher.NONE))
                .isInstanceOf(StateDirectory.Unusable.class);
    }

    @Test
    void belongsToOneDaemonAtATime() throws Exception {
        try (StateDirectory _ = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(StateDirectory.Unusable.class)
                    .hasMessageContaining("another fdboxd");
        }
        open().close();
    }

    @Test
    void aSuccessorSharesItAndNobodyElseDoes() throws Exception {
        StateDirectory first = open();
        Files.createFile(first.root().resolve("payload/prepared-1.partial"));
        try (StateDirectory second =
                StateDirectory.adopt(first.root(), first.lock().dup(), Step.Watcher.NONE)) {
            assertThat(first.root().resolve("payload")).as("until it is told")
                    .isDirectoryContaining("glob:**.partial");
            assertThat(second.copies().fresh()).isNotEqualTo(first.copies().fresh());
            first.close();
            assertThatThrownBy(this::open).isInstanceOf(StateDirectory.Unusable.class);
            second.removePartials();
            assertThat(second.root().resolve("payload")).isEmptyDirectory();
        }
        open().close();
    }

    @Test
    void anotherFoldersLockIsNotTakenOver() throws Exception {
        try (StateDirectory state = open();
                StateDirectory other = StateDirectory.open(folder.resolve("other"), Step.Watcher.NONE)) {
            OwnedFd lock = other.lock().dup();
            assertThatThrownBy(() -> StateDirectory.adopt(state.root(), lock, Step.Watcher.NONE))
                    .isInstanceOf(StateDirectory.Unusable.class).hasMessageContaining("--state-dir");
            assertThat(lock.isOpen()).isFalse();
            Files.setPosixFilePermissions(state.root(), PosixFilePermissions.fromString("rwxr-x---"));
            assertThatThrownBy(
                    () -> StateDirectory.adopt(state.root(), state.lock().dup(), Step.Watcher.NONE))
                    .isInstanceOf(StateDirectory.Unusable.class).hasMessageContaining("0700");
        }
    }

    @Test
    void whatAnInterruptedSaveLeftIsRemovedAndNothingElse() throws Exception {
        try (StateDirectory state = open(); OwnedFd _ = state.payloads().create("payload/1-1")) {
            state.publish(bytes("{}"), () -> {});
        }
        Path root = folder.resolve("state");
        Files.createFile(root.resolve("handover.json.partial"));
        Files.createFile(root.resolve("payload/2-1.partial"));
        try (StateDirectory state = open()) {
            assertThat(root.resolve("handover.json.partial")).exists();
            state.removePartials();
            assertThat(state.readManifest()).hasValue(bytes("{}"));
            assertThat(root).isDirectoryNotContaining("glob:**.partial");
            assertThat(root.resolve("payload")).isDirectoryContaining("glob:**/1-1");
            assertThat(root.resolve("payload")).isDirectoryNotContaining("glob:**.partial");
        }
    }

    @Test
    void aDirectoryThatCannotBePreparedIsNotKeptLocked() throws Exception {
        Files.createDirectory(folder.resolve("state"));
        Path obstacle = Files.createFile(folder.resolve("state/payload"));
        Files.setPosixFilePermissions(folder.resolve("state"), PosixFilePermissions.fromString("rwx------"));
        assertThatThrownBy(this::open).isInstanceOf(StateDirectory.Unusable.class);
        Files.delete(obstacle);
        open().close();
    }

    @Test
    void hasNoManifestInTheBeginningAndTheLastOneAfterwards() throws Exception {
        try (StateDirectory state = open()) {
            assertThat(state.readManifest()).isEmpty();
            state.publish(bytes("first"), () -> {});
            state.publish(bytes("second"), () -> {});
            assertThat(state.readManifest()).hasValue(bytes("second"));
            assertThat(state.root()).isDirectoryNotContaining("glob:**.partial");
        }
    }

    @Test
    void keepsTheNamedPayloadsAndRemovesTheOthers() throws Exception {
        try (StateDirectory state = open()) {
            for (String name : Set.of("payload/1-1", "payload/1-2", "payload/2-1")) {
                state.payloads().create(name).close();
            }
            state.payloads().keep(Set.of("payload/1-2", "payload/9-9"));
            assertThat(state.root().resolve("payload")).isDirectoryContaining("glob:**/1-2");
            try (var files = Files.list(state.root().resolve("payload"))) {
                assertThat(files).hasSize(1);
            }
        }
    }

    @Test
    void aPayloadOfTheSameNameIsMadeAnew() throws Exception {
        try (StateDirectory state = open()) {
            try (OwnedFd first = state.payloads().create("payload/1-1")) {
                Contents.write(first, bytes("old"), 0);
            }
            state.payloads().create("payload/1-1").close();
            assertThat(state.root().resolve("payload/1-1")).isEmptyFile();
        }
    }
}
