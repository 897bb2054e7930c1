package org.fdbox.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.fdbox.cli.demo.Demo;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Exec;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox demo`
final class DemoCommand implements Command {

    /// Where the launcher says that the daemon's launcher is.
    private static final String PROGRAM = "fdbox.daemon";

    @Override
    public CommandSpec spec() {
        return Syntax.of("demo", "Shows in a few seconds what fdbox does.")
                .synopsis("")
                .details(
                        "Starts a daemon of its own in a temporary folder, puts open files of several kinds into a box,",
                        "saves it, kills the daemon, starts another one and compares all that comes back. Touches nothing",
                        "else, takes no notice of --socket, and removes what it made. Ends with 0 if everything survived.")
                .json("of no effect here: there is no reply to print")
                .examples("fdbox demo")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, FailedException {
        Path program = Optional.ofNullable(System.getProperty(PROGRAM))
                .map(Path::of)
                .or(() -> Exec.find("fdboxd"))
                .orElseThrow(() -> new FailedException("there is no program fdboxd in PATH"));
        try {
            return Demo.show(call.console(), program.toAbsolutePath()) ? ExitStatus.DONE : ExitStatus.REFUSED;
        } catch (Demo.Failed failed) {
            throw new FailedException(failed.getMessage());
        }
    }
}
