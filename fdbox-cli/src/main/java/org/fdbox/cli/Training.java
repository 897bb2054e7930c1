package org.fdbox.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fdbox.cli.text.Console;

/// What bin/fdbox lets Java watch when it makes the AOT cache: the common commands, one after the other in one process, so that
/// what any of them loads is in the cache. Nobody else runs it.
final class Training {

    private static final List<String> COMMANDS = List.of(
            "--version", "create trained", "put trained one --fd 0", "put trained two=0 three=0", "ls",
            "ls trained",
            "ls trained --json", "holders trained one", "get trained none -- true", "drop trained two",
            "chmod trained 0750", "seal trained", "status", "unseal trained", "delete trained", "ls");

    private Training() {}

    /// @param words the address of a daemon, which is left as it was
    public static void main(String... words) throws IOException {
        Map<String, String> environment = System.getenv();
        var program = new FdboxCli(environment, Console.ofProcess(environment));
        for (String command : COMMANDS) {
            var arguments = new ArrayList<>(List.of(Syntax.SOCKET, words[0]));
            arguments.addAll(List.of(command.split(" ")));
            program.run(arguments);
        }
    }
}
