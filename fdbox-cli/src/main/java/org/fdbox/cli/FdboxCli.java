package org.fdbox.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.fdbox.cli.text.Console;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.ThisProcess;

/// The program fdbox.
public final class FdboxCli {

    private final Map<String, String> environment;
    private final Console console;

    FdboxCli(Map<String, String> environment, Console console) {
        this.environment = environment;
        this.console = console;
    }

    public static void main(String[] arguments) {
        Thread.ofPlatform().daemon().start(ThisProcess::linkAhead);
        Thread.ofPlatform().daemon().start(Json::warmUp);
        Map<String, String> environment = System.getenv();
        int status = new FdboxCli(environment, Console.ofProcess(environment)).run(List.of(arguments));
        // Where all is well, returning is enough; exit looks for a logger first, which takes a tenth of a short run.
        if (status != ExitStatus.DONE) {
            System.exit(status);
        }
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
