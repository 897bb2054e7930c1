package org.fdbox.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.cli.text.Console;
import org.fdbox.protocol.Refused;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Lets picocli read a command's arguments, and runs it.
final class Runner {

    private static final String END = "--";

    private Runner() {}

    /// @return the exit status
    static int run(Command command, CommandLineSplit split, Map<String, String> environment, Console console)
            throws Refused, IOException, UsageException, FailedException {
        CommandLine line = line(command);
        Invocation call = parse(line, command.takesTail(), split.rest(), environment, console);
        if (call.arguments().isUsageHelpRequested()) {
            console.print(line.getUsageMessage(Ansi.OFF));
            return ExitStatus.DONE;
        }
        return command.run(call);
    }

    private static CommandLine line(Command command) {
        var line = new CommandLine(command.spec());
        // '@name' is an abstract address, and no file of arguments.
        line.setExpandAtFiles(false);
        line.setInterpolateVariables(false);
        return line;
    }

    private static Invocation parse(
            CommandLine line, boolean takesTail, List<String> given, Map<String, String> environment,
            Console console)
            throws UsageException {
        try {
            int end = takesTail ? indexOfEnd(given, 0) : given.size();
            try {
                return new Invocation(before(line, given, end), behind(given, end), environment, console);
            } catch (MissingParameterException missing) {
                // Then this "--" only ends the options, for names that begin with '-', and another one follows.
                int next = indexOfEnd(given, end + 1);
                if (next == given.size()) {
                    throw missing;
                }
                return new Invocation(before(line, given, next), behind(given, next), environment, console);
            }
        } catch (UnmatchedArgumentException wrong) {
            String first = wrong.getUnmatched().getFirst();
            throw new UsageException(
                    (wrong.isUnknownOption() ? "there is no option " : "there is one argument too many: ")
                            + first);
        } catch (MissingParameterException missing) {
            throw new UsageException(mistakenOption(line)
                    .map(option -> "there is no option " + option
                            + "; a name that begins with '-' stands behind a '--'")
                    .orElse(missing.getMessage()));
        } catch (ParameterException wrong) {
            throw new UsageException(wrong.getMessage());
        }
    }

    /// Perhaps the argument that is missing.
    private static Optional<String> mistakenOption(CommandLine line) {
        return line.getUnmatchedArguments().stream().filter(argument -> argument.startsWith("-")).findFirst();
    }

    private static int indexOfEnd(List<String> given, int from) {
        int at = Math.min(from, given.size());
        while (at < given.size() && !given.get(at).equals(END)) {
            at++;
        }
        return at;
    }

    private static ParseResult before(CommandLine line, List<String> given, int end) {
        return line.parseArgs(given.subList(0, end).toArray(String[]::new));
    }

    private static List<String> behind(List<String> given, int end) {
        return given.subList(Math.min(end + 1, given.size()), given.size());
    }
}
