package org.fdbox.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.fdbox.sys.Memfd;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallersDescriptorsTest {

    @TempDir
    private Path descriptors;

    private CallersDescriptors having(String... targets) throws IOException {
        for (int number = 0; number < targets.length; number++) {
            Files.createSymbolicLink(descriptors.resolve(Integer.toString(number)), Path.of(targets[number]));
        }
        return new CallersDescriptors(descriptors, "/jdk", Set.of("/opt/fdbox/fdbox-cli.jar"), Set.of());
    }

    @Test
    void whatTheCallerPassedIsTheCallers() throws IOException {
        CallersDescriptors caller =
                having("/dev/pts/0", "pipe:[7]", "/memfd:ram (deleted)", "/jdk-sources/x", "socket:[1]");
        assertThatCode(() -> caller.require(List.of(0, 1, 2, 3, 4, 0))).doesNotThrowAnyException();
    }

    @Test
    void whatTheRuntimeOpenedIsNot() throws IOException {
        CallersDescriptors caller = having(
                "/dev/pts/0", "/jdk/lib/modules", "/opt/fdbox/fdbox-cli.jar",
                "/opt/fdbox/fdbox-cli.jar (deleted)");
        for (int number = 1; number <= 3; number++) {
            List<Integer> one = List.of(0, number);
            assertThatThrownBy(() -> caller.require(one))
                    .isInstanceOf(FailedException.class)
                    .hasMessageStartingWith("no descriptor " + number + " was passed to fdbox");
        }
    }

    @Test
    void whatIsNotOpenIsRefused() throws IOException {
        CallersDescriptors caller = having("/dev/pts/0");
        assertThatThrownBy(() -> caller.require(List.of(5))).hasMessageContaining("no descriptor 5");
    }

    @Test
    void whatOnlyTheLauncherOpenedIsNotTheCallers() throws IOException {
        having("/dev/null", "/dev/pts/0", "/dev/null");
        var caller = new CallersDescriptors(descriptors, "/jdk", Set.of(), Set.of("0", "2"));
        assertThatCode(() -> caller.require(List.of(1))).doesNotThrowAnyException();
        assertThatThrownBy(() -> caller.require(List.of(0))).hasMessageContaining("no descriptor 0");
        assertThatThrownBy(() -> caller.require(List.of(2))).hasMessageContaining("no descriptor 2");
    }

    @Test
    void looksAtThisProcess() {
        try (OwnedFd own = Memfd.create("test")) {
            CallersDescriptors caller = CallersDescriptors.ofProcess();
            assertThatCode(() -> caller.require(List.of(own.number()))).doesNotThrowAnyException();
        }
    }
}
