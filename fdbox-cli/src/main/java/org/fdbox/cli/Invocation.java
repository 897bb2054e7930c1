package org.fdbox.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.cli.text.Console;
import org.fdbox.cli.text.Printable;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.UnixAddress;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// One run of a command: what was given, and the way to the user and to the daemon.
///
/// @param arguments those before a "--" that the command keeps for itself
/// @param tail those behind it
record Invocation(ParseResult arguments, List<String> tail, Map<String, String> environment,
        Console console) {

    /// The one argument of this label.
    ///
    /// @throws IllegalArgumentException if it may be missing, and is
    String text(String label) {
        return optionalText(label).orElseThrow(() -> new IllegalArgumentException(label));
    }

    /// The one argument of this label, where it may be missing.
    Optional<String> optionalText(String label) {
        PositionalParamSpec found = positional(label);
        return found == null ? Optional.empty() : Optional.of(found.getValue());
    }

    /// All arguments of this label, in order.
    List<String> texts(String label) {
        PositionalParamSpec found = positional(label);
        return found == null ? List.of() : List.copyOf(found.<List<String>>getValue());
    }

    private PositionalParamSpec positional(String label) {
        for (PositionalParamSpec candidate : arguments.matchedPositionals()) {
            if (candidate.paramLabel().equals(label)) {
                return candidate;
            }
        }
        return null;
    }

    /// The value of an option.
    Optional<String> option(String name) {
        return Optional.ofNullable(arguments.matchedOptionValue(name, null));
    }

    /// Whether an option was given.
    boolean has(String name) {
        return arguments.hasMatchedOption(name);
    }

    /// Where the daemon is to be looked for.
    UnixAddress address() throws UsageException {
        return Address.of(option(Syntax.SOCKET), environment);
    }

    /// Connects to the daemon, or uses the connection that was passed.
    ///
    /// @return closed by the caller
    FdBoxClient connect() throws Refused, IOException, UsageException {
        Optional<InheritedSocket> passed = Address.inherited(option(Syntax.SOCKET), environment);
        if (passed.isPresent()) {
            return passed.get().connect();
        }
        return FdBoxClient.connect(address());
    }

    /// Whether the user wants the reply and no text.
    boolean wantsJson() {
        return has(Syntax.JSON);
    }

    /// Prints a reply's parameters as JSON.
    void printJson(Reply reply) throws IOException {
        printJson(JsonText.parameters(reply));
    }

    /// Prints an object as JSON, in one line.
    ///
    /// @param object as [org.fdbox.protocol.Json] writes it
    void printJson(Map<String, ?> object) throws IOException {
        console.line(Printable.json(JsonText.of(object)));
    }

    /// Ends a command whose reply says nothing: it prints nothing, or an empty object to who wants JSON.
    int done() throws IOException {
        if (wantsJson()) {
            printJson(new Reply.Done());
        }
        return ExitStatus.DONE;
    }
}
