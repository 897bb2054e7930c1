package org.fdbox.cli;

import java.io.IOException;
import org.fdbox.protocol.Refused;
import picocli.CommandLine.Model.CommandSpec;

/// One command of fdbox. Made anew for each run.
interface Command {

    /// Its arguments and its help.
    CommandSpec spec();

    /// Whether what stands behind a "--" is another command line, and not the rest of its own arguments.
    default boolean takesTail() {
        return false;
    }

    /// Does it.
    ///
    /// @return the exit status
    /// @throws Refused what the daemon refuses
    /// @throws IOException if there is no daemon, it breaks off, or standard output cannot be written
    int run(Invocation call) throws Refused, IOException, UsageException, FailedException;
}
