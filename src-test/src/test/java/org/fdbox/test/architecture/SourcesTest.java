package org.fdbox.test.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fdbox.test.support.Programs;
import org.junit.jupiter.api.Test;

/// What only the sources tell.
class SourcesTest {

    private static final int MOST_LINES = 300;
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*Test)(?:\\.(\\w+))?\\b");

    private static List<Path> sources(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(Programs.repository())) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> ("/" + Programs.repository().relativize(file)).contains(folder))
                    .toList();
        }
    }

    @Test
    void aClassFitsInOnesHead() throws IOException {
        assertThat(sources("/src/")).isNotEmpty().allSatisfy(
                source -> assertThat(Files.readAllLines(source).size()).as("lines of " + source)
                        .isLessThanOrEqualTo(MOST_LINES));
    }

    @Test
    void everyRoomHasItsEssay() throws IOException {
        var folders = new TreeSet<Path>();
        sources("/src/main/java/").forEach(source -> folders.add(source.getParent()));
        assertThat(folders).isNotEmpty().allSatisfy(folder -> assertThat(essay(folder)).startsWith("///"));
    }

    @Test
    void theTestsThatTheDocumentationNamesAreThere() throws IOException {
        var there = new HashMap<String, String>();
        for (Path source : sources("/src/test/java/")) {
            // Two modules may each have a test of one name.
            there.merge(source.getFileName().toString(), Files.readString(source), String::concat);
        }
        var named = new TreeSet<String>();
        for (String page : List.of("handover.md", "operations.md", "security.md")) {
            String text = Files.readString(Programs.repository().resolve("docs").resolve(page));
            TEST.matcher(text).results().forEach(found -> {
                String method = found.group(2) == null ? "class " + found.group(1) : "void " + found.group(2);
                assertThat(there.getOrDefault(found.group(1) + ".java", "")).as(page + ": " + found.group())
                        .containsPattern(method + "\\b");
                named.add(found.group(1));
            });
        }
        assertThat(named).contains("MemfdHandlerTest");
    }

    private static String essay(Path folder) {
        try {
            return Files.readString(folder.resolve("package-info.java"));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
