package org.fdbox.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A program is found where execvp(3) would find it.
class ExecTest {

    @TempDir
    private Path folder;

    private Path program(String permissions) throws Exception {
        return Files.createFile(
                folder.resolve("program"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
    }

    @Test
    void aNameIsLookedForInThePath() {
        assertThat(Exec.find("sh"))
                .hasValueSatisfying(found -> assertThat(found).isExecutable().hasFileName("sh"));
        assertThat(Exec.find("no-program-has-this-name")).isEmpty();
        assertThat(Exec.find("")).isEmpty();
    }

    @Test
    void aPathIsTakenAsItIs() throws Exception {
        Path program = program("rwx------");
        assertThat(Exec.find(program.toString())).contains(program);
        assertThat(Exec.find(folder.resolve("none").toString())).isEmpty();
    }

    @Test
    void whatCannotRunIsNoProgram() throws Exception {
        assertThat(Exec.find(program("rw-------").toString())).isEmpty();
        assertThat(Exec.find(folder.toString())).as("a folder").isEmpty();
    }
}
