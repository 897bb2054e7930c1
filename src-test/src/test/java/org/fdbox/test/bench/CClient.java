package org.fdbox.test.bench;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;

/// The client in C, which knows fdboxd's wire, s6-fdholderd's, and an echo of its own; compiled when it is needed. What it can
/// measure stands at the top of src/test/c/client.c.
final class CClient {

    private static final int MOST_MINUTES = 5;

    private final Path program;

    private CClient(Path program) {
        this.program = program;
    }

    static CClient compiled(Path folder) throws Exception {
        assumeTrue(Shell.has("cc"), "there is no C compiler (cc)");
        assumeTrue(Shell.has("taskset"), "there is no taskset (util-linux)");
        Path sources = Programs.repository().resolve("src-test/src/test/c");
        Path program = folder.resolve("client");
        var command = new ArrayList<>(List.of("cc", "-O2", "-o", program.toString()));
        for (String source : List.of("client.c", "peers.c", "fdstore.c", "wire.c")) {
            command.add(sources.resolve(source).toString());
        }
        Shell.Result result = Shell.run(command);
        assumeTrue(result.status() == 0, "cc failed: " + result.err());
        return new CClient(program);
    }

    /// Where it is.
    Path program() {
        return program;
    }

    /// Runs it, on a core or where the kernel likes.
    ///
    /// @return what it found, by name
    Map<String, Long> run(Pin pin, Object... words) throws Exception {
        var command = new ArrayList<>(pin.wrapper());
        command.add(program.toString());
        for (Object word : words) {
            command.add(word.toString());
        }
        return figures(command);
    }

    /// Runs a program that prints "NAME VALUE" a line.
    static Map<String, Long> figures(List<String> command) throws Exception {
        Path out = Files.createTempFile("bench", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError(command + " failed");
            }
            return read(out);
        } finally {
            Files.delete(out);
        }
    }

    /// What it printed.
    static Map<String, Long> read(Path out) throws IOException {
        var figures = new HashMap<String, Long>();
        for (String line : Files.readAllLines(out)) {
            String[] words = line.split(" ");
            figures.put(words[0], Long.valueOf(words[1]));
        }
        return figures;
    }
}
