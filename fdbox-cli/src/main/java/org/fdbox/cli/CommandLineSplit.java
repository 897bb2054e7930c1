package org.fdbox.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The arguments, split into the command's name and the rest, so that only this command's description must be made.
///
/// @param command the first argument that is no option
/// @param rest all others, those before the command's name first
/// @param version whether --version stood before the command
/// @param help whether --help did
record CommandLineSplit(Optional<String> command, List<String> rest, boolean version, boolean help) {

    /// What the runtime makes of bytes that are no UTF-8. The bytes are lost: a name or a path would be another one.
    private static final char REPLACEMENT = '\ufffd';

    /// @throws UsageException for an option before the command that not all commands share, and for what is not UTF-8
    static CommandLineSplit of(List<String> arguments) throws UsageException {
        for (String argument : arguments) {
            if (argument.indexOf(REPLACEMENT) >= 0) {
                throw new UsageException(
                        "\"" + argument + "\" is not UTF-8, or has a U+FFFD: it cannot be told which");
            }
        }
        var rest = new ArrayList<String>();
        boolean version = false;
        boolean help = false;
        int at = 0;
        for (; at < arguments.size() && arguments.get(at).startsWith("-"); at++) {
            String argument = arguments.get(at);
            switch (argument.split("=", 2)[0]) {
                case "-V", "--version" -> version = true;
                case "-h", Syntax.HELP -> {
                    help = true;
                    rest.add(argument);
                }
                case Syntax.JSON -> rest.add(argument);
                case Syntax.SOCKET -> {
                    rest.add(argument);
                    if (!argument.contains("=")) {
                        if (++at == arguments.size()) {
                            throw new UsageException(Syntax.SOCKET + " needs a value");
                        }
                        rest.add(arguments.get(at));
                    }
                }
                default -> throw new UsageException("there is no option " + argument + " before the command");
            }
        }
        if (at == arguments.size()) {
            return new CommandLineSplit(Optional.empty(), rest, version, help);
        }
        rest.addAll(arguments.subList(at + 1, arguments.size()));
        return new CommandLineSplit(Optional.of(arguments.get(at)), rest, version, help);
    }
}
