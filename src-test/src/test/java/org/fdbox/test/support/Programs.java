package org.fdbox.test.support;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How the packaged programs are started.
public final class Programs {

    private static final List<String> JVM = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1");

    private Programs() {}

    public static List<String> daemon(String... arguments) {
        return command("fdbox.test.daemon.directory", List.of("-Xmx256m"), "org.fdbox.daemon.Main",
                arguments);
    }

    public static List<String> cli(String... arguments) {
        return command("fdbox.test.cli.directory", List.of("-XX:-MaxFDLimit"), "org.fdbox.cli.FdboxCli",
                arguments);
    }

    /// The interpreter itself; what PATH leads to may be a script that looks for it anew each time.
    public static String python() {
        return Python.PATH;
    }

    private static final class Python {
        private static final String PATH = path();

        private static String path() {
            try {
                Shell.Result found =
                        Shell.run(List.of("python3", "-c", "import sys; print(sys.executable)"));
                if (found.status() != 0) {
                    throw new IllegalStateException(found.toString());
                }
                return found.out().strip();
            } catch (Exception broken) {
                throw new IllegalStateException("python3 does not run", broken);
            }
        }
    }

    /// The folder of all modules, for tests that read sources and documentation.
    public static Path repository() {
        return Path.of(System.getProperty("fdbox.test.repository")).normalize();
    }

    private static List<String> command(String property, List<String> options, String main,
            String... arguments) {
        var command = new ArrayList<>(JVM);
        command.addAll(options);
        command.addAll(List.of("-cp", Path.of(System.getProperty(property)).normalize() + "/*", main));
        command.addAll(List.of(arguments));
        return command;
    }
}
