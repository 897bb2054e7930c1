package org.fdbox.test.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.fdbox.sys.ThisProcess;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;

/// The command fdbox, run by way of programs that put it into namespaces.
final class Inside {

    /// A user without any rights.
    static final int USER = 4711;
    static final List<String> AS_USER =
            List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups");

    /// Makes what the kind says of its first argument, and becomes the rest of its arguments with that as standard input.
    private static final String LISTENER = """
            import os, socket, sys
            family, address = sys.argv[1].split(':', 1)
            if family == 'unix':
                made = socket.socket(socket.AF_UNIX)
                made.bind(address)
            else:
                made = socket.socket()
                made.bind(('0.0.0.0', int(address)))
            made.listen()
            os.dup2(made.fileno(), 0)
            os.execvp(sys.argv[2], sys.argv[2:])
            """;

    private Inside() {}

    /// Skips the test where namespaces cannot be made, and lets the user into a folder.
    static void admit(Path folder) throws Exception {
        assumeTrue(ThisProcess.uid() == 0, "only root can be several users");
        assumeTrue(Shell.has("unshare") && Shell.has("setpriv"),
                "unshare and setpriv of util-linux are missing");
        assumeTrue(Shell.run(with(unshare("--mount", "--pid", "--fork", "--net"), "true")).status() == 0,
                "no namespaces can be made");
        assumeTrue(Shell.run(with(rootless(), "true")).status() == 0,
                "users cannot make namespaces of their own (user.max_user_namespaces, or a security module)");
        assumeTrue(Shell.run(with(AS_USER, Programs.cli("--help"))).status() == 0,
                "another user cannot run the programs");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    static List<String> unshare(String... what) {
        return Stream.concat(Stream.of("unshare"), Stream.of(what)).toList();
    }

    /// The user as root of a user namespace.
    static List<String> rootless(String... more) {
        return with(AS_USER, with(unshare("--user", "--map-root-user"), more));
    }

    /// With a listening socket as standard input.
    ///
    /// @param what "unix:PATH" or "tcp:PORT"
    static List<String> listening(String what) {
        assumeTrue(Shell.has("python3"), "python3 is not installed");
        return List.of(Programs.python(), "-c", LISTENER, what);
    }

    /// With a file as standard input.
    static List<String> reading(Path file) {
        return List.of("sh", "-c", "exec \"$@\" <" + file, "sh");
    }

    static List<String> with(List<String> wrapper, String... command) {
        return with(wrapper, List.of(command));
    }

    static List<String> with(List<String> wrapper, List<String> command) {
        var all = new ArrayList<>(wrapper);
        all.addAll(command);
        return all;
    }

    /// @param wrapper what runs the rest of its arguments
    static Shell.Result fdbox(Path socket, List<String> wrapper, String... arguments) throws Exception {
        List<String> command = with(Programs.cli("--socket", socket.toString()), arguments);
        return Shell.run(with(wrapper, command));
    }

    /// The same, which must succeed.
    static void must(Path socket, List<String> wrapper, String... arguments) throws Exception {
        Shell.Result result = fdbox(socket, wrapper, arguments);
        assertThat(result.status()).as(result.toString()).isZero();
    }
}
