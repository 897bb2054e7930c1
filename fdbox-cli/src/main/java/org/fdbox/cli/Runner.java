package org.fdbox.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.fdbox.cli.text.Console;
import org.fdbox.protocol.Refused;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Lets picocli read a command's arguments, and runs it.
final class Runner {

    private static final String END = "--";

    private Runner() {}

    /// @return the exit status
    static int run(Command command, CommandLineSplit split, Map<String, String> environment, Console console)
            throws Refused, IOException, UsageException, FailedException {
        List<String> given = split.rest();
        int end = command.takesTail() ? given.indexOf(END) : -1;
        List<String> own = end < 0 ? given : given.subList(0, end);
        List<String> tail = end < 0 ? List.of() : given.subList(end + 1, given.size());
        CommandLine line = line(command);
        ParseResult parsed = parse(line, own);
        if (parsed.isUsageHelpRequested()) {
            console.print(line.getUsageMessage(Ansi.OFF));
            return ExitStatus.DONE;
        }
        return command.run(new Invocation(parsed, tail, environment, console));
    }

    private static CommandLine line(Command command) {
        var line = new CommandLine(command.spec());
        // '@name' is an abstract address, and no file of arguments.
        line.setExpandAtFiles(false);
        line.setInterpolateVariables(false);
        return line;
    }

    private static ParseResult parse(CommandLine line, List<String> arguments) throws UsageException {
        try {
            return line.parseArgs(arguments.toArray(String[]::new));
        } catch (ParameterException wrong) {
            throw new UsageException(wrong.getMessage());
        }
    }
}
