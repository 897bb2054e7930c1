package org.fdbox.test.units;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.fdbox.client.FdBoxClient;
import org.fdbox.sys.UnixAddress;
import org.fdbox.test.support.BootedSystemd;
import org.fdbox.test.support.Eventually;
import org.fdbox.test.support.Programs;
import org.fdbox.test.support.Shell;

/// A machine with the units installed as docs/operations.md says: the system's daemon, two instances, "web" and "db", and a user
/// with a user manager (src/test/resources/systemd/shipped).
final class ShippedUnits implements AutoCloseable {

    static final int USER = 4711;
    private static final String[] AS_USER = {"setpriv", "--reuid=" + USER, "--regid=" + USER,
        "--clear-groups", "env", "HOME=/home/tester", "XDG_RUNTIME_DIR=/run/user/" + USER};

    private final BootedSystemd systemd;

    private ShippedUnits(BootedSystemd systemd) {
        this.systemd = systemd;
    }

    /// @param shared an empty folder
    static ShippedUnits boot(Path shared) throws Exception {
        List<String> java = List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups",
                Programs.daemon().getFirst(), "-version");
        assumeThat(Shell.has("setpriv") && Shell.run(java).status() == 0)
                .as("another user can run this Java").isTrue();
        copy(Programs.repository().resolve("systemd"), shared.resolve("shipped"));
        Path cli = Path.of(System.getProperty("fdbox.test.cli.directory")).normalize();
        copy(cli, shared.resolve("cli"));
        Files.writeString(shared.resolve("fdboxd"), program(Programs.daemon(), "/run/daemon"));
        Files.writeString(shared.resolve("fdbox"), program(Programs.cli(), "/usr/lib/fdbox/cli"));
        Path units = Programs.repository().resolve("src-test/src/test/resources/systemd/shipped");
        return new ShippedUnits(BootedSystemd.boot(shared, units, "/run/user/" + USER + "/fdbox"));
    }

    /// What stands for a launcher in /usr/bin.
    private static String program(List<String> here, String jars) {
        var command = new ArrayList<>(here);
        command.replaceAll(word -> word.endsWith("/*") ? "'" + jars + "/*'" : word);
        return "#!/bin/sh\nexec " + String.join(" ", command) + " \"$@\"\n";
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    /// @param socket a path inside
    FdBoxClient client(String socket) throws Exception {
        return FdBoxClient.connect(new UnixAddress(systemd.seen(socket).toString()));
    }

    String must(String... command) throws Exception {
        return systemd.must(command);
    }

    Path seen(String inside) {
        return systemd.seen(inside);
    }

    /// Whether a command succeeds as the user, who is in no group but its own.
    boolean userCan(String... command) throws Exception {
        return systemd.run(with(AS_USER, command)).status() == 0;
    }

    String property(Manager manager, String name, String unit) throws Exception {
        return systemctl(manager, "show", "-p", name, "--value", unit);
    }

    String systemctl(Manager manager, String... arguments) throws Exception {
        return must(with(manager.systemctl, arguments));
    }

    /// SIGKILL for a daemon; its manager starts the next one.
    void kill(Manager manager, String unit) throws Exception {
        String before = property(manager, "MainPID", unit);
        systemctl(manager, "kill", "--kill-who=main", "-s", "KILL", unit);
        Eventually.holds("the next one serves", () -> property(manager, "ActiveState", unit).equals("active")
                && !property(manager, "MainPID", unit).equals(before));
    }

    /// Who manages units.
    enum Manager {
        SYSTEM("systemctl"), OF_THE_USER(with(AS_USER, "systemctl", "--user"));

        private final String[] systemctl;

        Manager(String... systemctl) {
            this.systemctl = systemctl;
        }
    }

    private static String[] with(String[] words, String... more) {
        return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
    }

    @Override
    public void close() {
        systemd.close();
    }
}
