package org.fdbox.cli.text;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.fdbox.sys.ThisProcess;

/// Standard output and standard error. Unlike [System#out] it writes UTF-8 in every locale and tells when it cannot write.
/// What is printed must be printable already.
public final class Console {

    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    private final OutputStream out;
    private final OutputStream errors;
    private final Terminals terminals;

    /// What the two outputs lead to; asked only when it matters, since the answer costs a system call.
    public interface Terminals {
        /// Whether standard output shows colours.
        boolean colours();

        /// Whether a line on standard error can be drawn over.
        boolean drawing();
    }

    public Console(OutputStream out, OutputStream errors, Terminals terminals) {
        this.out = out;
        this.errors = errors;
        this.terminals = terminals;
    }

    /// Those of this process.
    public static Console ofProcess(Map<String, String> environment) {
        return new Console(
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                new OfProcess(environment));
    }

    private record OfProcess(Map<String, String> environment) implements Terminals {
        @Override
        public boolean colours() {
            boolean unwanted = !environment.getOrDefault("NO_COLOR", "").isEmpty();
            return !unwanted && !isDumb() && ThisProcess.isTerminal(STDOUT);
        }

        @Override
        public boolean drawing() {
            return !isDumb() && ThisProcess.isTerminal(STDERR);
        }

        private boolean isDumb() {
            return environment.getOrDefault("TERM", "dumb").equals("dumb");
        }
    }

    /// Prints a line to standard output.
    public void line(String text) throws OutputLostException {
        print(text + "\n");
    }

    /// Prints a table to standard output.
    public void table(Table table) throws OutputLostException {
        print(table.text());
    }

    /// Prints text as it is to standard output.
    public void print(String text) throws OutputLostException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Writes contents to standard output.
    public void write(byte[] bytes) throws OutputLostException {
        try {
            out.write(bytes);
        } catch (IOException unwritable) {
            throw new OutputLostException(unwritable);
        }
    }

    /// Tells the user something on standard error.
    public void tell(String text) {
        draw(text + "\n");
    }

    /// Whether a line on standard error can be drawn over.
    public boolean drawsOnErrors() {
        return terminals.drawing();
    }

    /// Nobody can be told if standard error fails.
    void draw(String text) {
        try {
            errors.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            return;
        }
    }

    /// The colours of this program.
    public enum Colour {
        GREEN("32"),
        YELLOW("33"),
        RED("31");

        private final String code;

        Colour(String code) {
            this.code = code;
        }
    }

    /// The text in a colour where standard output shows any.
    public String coloured(Colour colour, String text) {
        return terminals.colours() ? "\u001b[" + colour.code + "m" + text + "\u001b[0m" : text;
    }
}
