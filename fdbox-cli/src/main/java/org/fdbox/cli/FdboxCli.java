package org.fdbox.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.fdbox.cli.text.Console;
import org.fdbox.protocol.Refused;

/// The program fdbox.
public final class FdboxCli {

    private final Map<String, String> environment;
    private final Console console;

    FdboxCli(Map<String, String> environment, Console console) {
        this.environment = environment;
        this.console = console;
    }

    public static void main(String[] arguments) {
        Map<String, String> environment = System.getenv();
        System.exit(new FdboxCli(environment, Console.ofProcess(environment)).run(List.of(arguments)));
    }

    /// Does what the arguments say.
    ///
    /// @return the exit status
    int run(List<String> arguments) {
        String command = "";
        try {
            CommandLineSplit split = CommandLineSplit.of(arguments);
            command = split.command().orElse("");
            return run(split);
        } catch (Refused | IOException | UsageException | FailedException | RuntimeException failed) {
            Failure failure = Failure.of(failed, command);
            console.tell("fdbox: " + failure.text());
            return failure.status();
        }
    }

    private int run(CommandLineSplit split) throws Refused, IOException, UsageException, FailedException {
        if (split.version()) {
            console.line("fdbox " + Version.text());
            return ExitStatus.DONE;
        }
        if (split.command().isEmpty()) {
            if (!split.help()) {
                throw new UsageException("which command?");
            }
            console.print(GlobalHelp.text());
            return ExitStatus.DONE;
        }
        Command command = Commands.named(split.command().get());
        return Runner.run(command, split, environment, console);
    }
}
