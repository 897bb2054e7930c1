package org.fdbox.cli.text;

import java.io.IOException;

/// Standard output cannot be written to.
public final class OutputLostException extends IOException {

    private static final long serialVersionUID = 1L;
    /// What the runtime makes of EPIPE.
    private static final String BROKEN_PIPE = "Broken pipe";

    OutputLostException(IOException cause) {
        super("cannot write to standard output: " + cause.getMessage(), cause);
    }

    /// Whether whoever read it has seen enough, as in `fdbox ls | head`.
    public boolean isBrokenPipe() {
        return BROKEN_PIPE.equals(getCause().getMessage());
    }
}
