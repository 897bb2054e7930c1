package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demonstration shows what it promises.
class DemoTest {

    @Test
    void everythingSurvives(@TempDir Path folder) throws Exception {
        Path launcher = folder.resolve("fdboxd");
        String daemon =
                Programs.daemon().stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        Files.writeString(launcher, "#!/bin/sh\nexec " + daemon + " \"$@\"\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        var command = new ArrayList<>(List.of("env", "PATH=" + folder + ":" + System.getenv("PATH")));
        command.addAll(Programs.cli("demo"));
        Shell.Result result = Shell.run(command);
        assertThat(result.err()).isEmpty();
        List<String> table = result.out().lines().dropWhile(line -> !line.contains("SURVIVED")).skip(1)
                .takeWhile(line -> !line.isBlank()).toList();
        assertThat(table).hasSizeGreaterThanOrEqualTo(5)
                .allSatisfy(line -> assertThat(line.stripTrailing()).endsWith(" yes"));
        assertThat(result.out()).contains("Everything survived the death of the daemon.");
        assertThat(result.status()).isZero();
    }
}
