package org.fdbox.cli.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// A console whose output a test can look at.
public final class Captured {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final Console console;

    public Captured(boolean terminal) {
        console = new Console(out, errors, new Console.Terminals() {
            @Override
            public boolean colours() {
                return terminal;
            }

            @Override
            public boolean drawing() {
                return terminal;
            }
        });
    }

    public Console console() {
        return console;
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }
}
