package org.fdbox.cli;

import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final String SHELL = "/bin/sh";

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
