package org.fdbox.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fdbox.sys.Exec;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;

/// A program that this process is going to become.
///
/// @param path where it is
/// @param arguments its name first
record Program(Path path, List<String> arguments, Map<String, String> environment) {

    private static final int ENOEXEC = 8;
    /// Where the launcher keeps the caller's LC_ALL.
    private static final String CALLERS_LOCALE = "fdbox.lc_all";
    private static final String SHELL = "/bin/sh";

    /// The command line behind the "--".
    ///
    /// @param names of the descriptors that it is handed
    /// @param first the number of the first
    /// @param place where it should stand, for people
    /// @param undone what was not done if there is no such program, for people
    static Program behind(Invocation call, List<String> names, int first, String place, String undone)
            throws UsageException {
        requireOne(call, place);
        List<String> command = call.tail();
        Path path = Exec.find(command.getFirst())
                .orElseThrow(() -> new UsageException(
                        "there is no program \"" + command.getFirst() + "\"; " + undone));
        Map<String, String> environment = ListenEnvironment.of(
                call.environment(), System.getProperty(CALLERS_LOCALE), names, first,
                ProcessHandle.current().pid());
        return new Program(path, command, environment);
    }

    /// @param place where it should stand, for people
    static void requireOne(Invocation call, String place) throws UsageException {
        if (call.tail().isEmpty()) {
            throw new UsageException("what is to be run? '-- COMMAND' stands " + place);
        }
    }

    /// The same with one more variable.
    Program with(String variable, String value) {
        var more = new LinkedHashMap<>(environment);
        more.put(variable, value);
        return new Program(path, arguments, more);
    }

    /// Becomes it. A text without a first line "#!" is run by the shell, as execvp(3) does.
    ///
    /// @param descriptors stay the caller's, should this fail
    /// @param first the number that the first of them is to have
    /// @throws SystemCallException if it cannot be run; otherwise this does not return
    void become(List<OwnedFd> descriptors, int first) {
        try {
            Exec.replace(path, arguments, environment, descriptors, first);
        } catch (SystemCallException failed) {
            if (failed.errno() != ENOEXEC) {
                throw failed;
            }
            var script = new ArrayList<>(List.of(SHELL, path.toString()));
            script.addAll(arguments.subList(1, arguments.size()));
            Exec.replace(Path.of(SHELL), script, environment, descriptors, first);
        }
    }
}
