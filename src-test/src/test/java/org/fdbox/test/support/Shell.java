package org.fdbox.test.support;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs a program to its end.
public final class Shell {

    private static final int MOST_SECONDS = 100;

    public record Result(int status, String out, String err) {}

    private Shell() {}

    public static Result run(List<String> command) throws Exception {
        Path out = Files.createTempFile("fdbox-test", ".out");
        Path err = Files.createTempFile("fdbox-test", ".err");
        try {
            Process process =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile())
                            .start();
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end within " + MOST_SECONDS + " s");
            }
            return new Result(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /// Whether there is such a program.
    public static boolean has(String program) {
        for (String folder : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
