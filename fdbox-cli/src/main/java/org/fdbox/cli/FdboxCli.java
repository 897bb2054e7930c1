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
            if (split.command().isEmpty()) {
                return withoutCommand(split);
            }
            Command chosen = Commands.named(split.command().get());
            command = split.command().get();
            return Runner.run(chosen, split, environment, console);
        } catch (Refused | IOException | UsageException | FailedException | RuntimeException | Error failed) {
            Failure failure = Failure.of(failed, command);
            if (!failure.text().isEmpty()) {
                console.tell("fdbox: " + failure.text());
            }
            return failure.status();
        }
    }

    private int withoutCommand(CommandLineSplit split) throws IOException, UsageException {
        if (split.version()) {
            console.line("fdbox " + Version.text());
        } else if (split.help()) {
            console.print(GlobalHelp.text());
        } else {
            throw new UsageException("which command?");
        }
        return ExitStatus.DONE;
    }
}
