package org.fdbox.test.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fdbox.test.support.Programs;
import org.junit.jupiter.api.Test;

/// What only the sources of the fuzz tests tell.
class FuzzTestsTest {

    private static final Pattern BOUND =
            Pattern.compile("@FuzzTest\\(maxExecutions = ([0-9_]+)\\)\\s+void (\\w+)");

    private static List<Path> fuzzTests() throws IOException {
        try (Stream<Path> files = Files.walk(Programs.repository())) {
            return files.filter(file -> file.toString().endsWith("FuzzTest.java")).toList();
        }
    }

    private static MatchResult bound(Path source) throws IOException {
        List<MatchResult> found = BOUND.matcher(Files.readString(source)).results().toList();
        assertThat(found).as("fuzz tests of " + source + ", of which one runs").hasSize(1);
        return found.getFirst();
    }

    @Test
    void everyBuildTriesAMillionInputs() throws IOException {
        long inputs = 0;
        for (Path source : fuzzTests()) {
            inputs += Long.parseLong(bound(source).group(1).replace("_", ""));
        }
        assertThat(inputs).isGreaterThanOrEqualTo(1_000_000);
    }

    /// Where there is none, the fuzzer puts what it finds somewhere else, and no build tries it again.
    @Test
    void eachHasItsCorpus() throws IOException {
        for (Path source : fuzzTests()) {
            String inputs = source.toString().replace("/java/", "/resources/").replace(".java", "Inputs");
            assertThat(Path.of(inputs, bound(source).group(2))).isNotEmptyDirectory();
        }
    }
}
