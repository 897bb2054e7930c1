package org.fdbox.test.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cache that the launcher bin/fdboxd makes of its jars, in a copy of the repository that has nothing but these.
class AotCacheTest {

    @TempDir
    private Path root;

    private Path jars;
    private Path cache;
    private Path madeOf;

    @BeforeEach
    void copy() throws Exception {
        jars = Files.createDirectories(root.resolve("fdboxd/target/fdboxd"));
        cache = jars.resolve("fdboxd.aot");
        madeOf = jars.resolve("fdboxd.aot.of");
        Files.createDirectory(root.resolve("bin"));
        Path repository = Programs.repository();
        for (String script : List.of("bin/lib.sh", "bin/fdboxd")) {
            Files.copy(repository.resolve(script), root.resolve(script));
        }
        try (Stream<Path> originals = Files.list(repository.resolve("fdboxd/target/fdboxd"))) {
            for (Path jar : originals.filter(file -> file.toString().endsWith(".jar")).toList()) {
                Files.copy(jar, jars.resolve(jar.getFileName()));
            }
        }
    }

    /// Whatever the launcher does, nobody hears of it.
    private void start() throws Exception {
        Shell.Result result = Shell.run(List.of("sh", root.resolve("bin/fdboxd").toString(), "--version"));
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).startsWith("fdboxd ");
        assertThat(result.status()).isZero();
    }

    @Test
    void goesByItsJarsAndIsNeverMissed() throws Exception {
        start();
        assertThat(madeOf).exists();
        assumeTrue(Files.exists(cache), "this Java makes no AOT caches");
        Object first = Files.readAttributes(cache, "unix:ino").get("ino");
        start();
        assertThat(Files.readAttributes(cache, "unix:ino").get("ino")).as("the same cache").isEqualTo(first);

        String before = Files.readString(madeOf);
        Path jar = jars.resolve("fdboxd.jar");
        var time = Files.getLastModifiedTime(jar);
        Path copy = Files.copy(jar, root.resolve("copy"));
        Files.setLastModifiedTime(copy, time);
        Files.move(copy, jar, StandardCopyOption.REPLACE_EXISTING);
        start();
        assertThat(Files.readString(madeOf)).as("of another file of the same size and time")
                .isNotEqualTo(before);
        assertThat(cache).exists();
        try (Stream<Path> left = Files.list(jars)) {
            assertThat(left.map(file -> file.getFileName().toString()).filter(name -> !name.endsWith(".jar")))
                    .containsExactlyInAnyOrder("fdboxd.aot", "fdboxd.aot.of");
        }

        Files.writeString(cache, "no cache");
        start();
        Files.delete(cache);
        start();
        assertThat(cache).as("known not to be there").doesNotExist();
    }
}
