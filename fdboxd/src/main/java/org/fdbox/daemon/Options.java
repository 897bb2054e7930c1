package org.fdbox.daemon;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;

/// What was said on the command line. Read by hand, since nine flags are no reason for a library that takes longer to start
/// than the daemon.
///
/// @param config empty: the default one, if it is there
record Options(
        UnixAddress socket,
        Path stateDirectory,
        Optional<Path> config,
        boolean checkConfig,
        boolean acceptEdited,
        boolean takeOver,
        boolean standby,
        boolean version,
        boolean help) {

    static final String USAGE = """
            Usage: fdboxd [OPTION...]
            Holds named boxes of open file descriptors for other programs.

              --socket PATH      where to listen ('@name': abstract); $FDBOX_SOCKET, else
                                 /run/fdbox/org.fdbox.Store for root, else
                                 $XDG_RUNTIME_DIR/fdbox/org.fdbox.Store.
                                 Sockets passed by systemd (LISTEN_FDS) come first.
              --state-dir DIR    where sealed boxes are saved; /var/lib/fdbox for root, else
                                 $XDG_STATE_HOME/fdbox
              --config FILE      fdboxd.json in $CONFIGURATION_DIRECTORY, as a service, else
                                 /etc/fdbox/fdboxd.json for root, else
                                 $XDG_CONFIG_HOME/fdbox/fdboxd.json, if it is there
              --take-over        take the place of the daemon that serves there, with all
                                 that it holds and all its connections
              --standby          follow the daemon that serves there, and serve when it
                                 has ended, however it ends
              --check-config     say what is wrong with the configuration, or else
                                 who may have what, and end
              --accept-edited    recover from a manifest that was edited by hand
              --version          say the version, and end
              --help             say this, and end

            SIGTERM saves the sealed boxes and ends; SIGHUP reads the configuration again.
            """;

    private static final Pattern TAKES_VALUE = Pattern.compile("--(socket|state-dir|config)=");

    /// A command line that cannot be obeyed.
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(List<String> faults) {
            super(String.join("\n", faults));
        }
    }

    static Options read(List<String> arguments, Map<String, String> environment) throws Wrong {
        var faults = new ArrayList<String>();
        String socket = null;
        String state = null;
        String config = null;
        boolean check = false;
        boolean edited = false;
        boolean takeOver = false;
        boolean standby = false;
        boolean version = false;
        boolean help = false;
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            String[] parts = TAKES_VALUE.matcher(argument).lookingAt()
                    ? argument.split("=", 2)
                    : new String[]{argument};
            switch (parts[0]) {
                case "--socket" -> socket = value(parts, rest, faults);
                case "--state-dir" -> state = value(parts, rest, faults);
                case "--config" -> config = value(parts, rest, faults);
                case "--check-config" -> check = true;
                case "--accept-edited" -> edited = true;
                case "--take-over" -> takeOver = true;
                case "--standby" -> standby = true;
                case "--version" -> version = true;
                case "--help", "-h" -> help = true;
                default -> faults.add("unknown option " + argument + "; see fdboxd --help");
            }
        }
        if (takeOver && standby) {
            faults.add("--take-over and --standby exclude each other");
        }
        UnixAddress address = faults.isEmpty() ? address(socket, environment, faults) : null;
        if (!faults.isEmpty()) {
            throw new Wrong(faults);
        }
        return new Options(
                address,
                state != null ? Path.of(state).toAbsolutePath() : Defaults.stateDirectory(environment),
                Optional.ofNullable(config).map(Path::of),
                check,
                edited,
                takeOver,
                standby,
                version,
                help);
    }

    private static String value(String[] parts, Iterator<String> rest, List<String> faults) {
        String value = parts.length == 2 ? parts[1] : rest.hasNext() ? rest.next() : "";
        if (value.isEmpty()) {
            faults.add(parts[0] + " needs a value");
        }
        return value;
    }

    private static UnixAddress address(String said, Map<String, String> environment, List<String> faults) {
        String text = said != null ? said : Defaults.socket(environment);
        try {
            boolean path = !text.startsWith("@") && !text.isEmpty();
            return new UnixAddress(path ? Path.of(text).toAbsolutePath().toString() : text);
        } catch (IllegalArgumentException bad) {
            faults.add("--socket: " + bad.getMessage());
            return null;
        }
    }

    /// Where things are when nobody says so.
    static final class Defaults {

        private Defaults() {}

        static String socket(Map<String, String> environment) {
            String said = environment.getOrDefault("FDBOX_SOCKET", "");
            if (!said.isEmpty()) {
                return said;
            }
            return folder(environment, "/run", "XDG_RUNTIME_DIR", "/run/user/" + ThisProcess.uid())
                    .resolve("fdbox/org.fdbox.Store")
                    .toString();
        }

        static Path stateDirectory(Map<String, String> environment) {
            return folder(environment, "/var/lib", "XDG_STATE_HOME", home(environment) + "/.local/state")
                    .resolve("fdbox");
        }

        /// A service's own folder first (systemd.exec(5), ConfigurationDirectory=).
        static Path config(Map<String, String> environment) {
            String ofService = environment.getOrDefault("CONFIGURATION_DIRECTORY", "").split(":", 2)[0];
            if (!ofService.isEmpty()) {
                return Path.of(ofService, "fdboxd.json");
            }
            return folder(environment, "/etc", "XDG_CONFIG_HOME", home(environment) + "/.config")
                    .resolve("fdbox/fdboxd.json");
        }

        /// Where packages put plugins, unless a user has a folder for some of their own.
        static Path plugins(Map<String, String> environment) {
            Path own = folder(environment, "/usr/lib", "XDG_DATA_HOME", home(environment) + "/.local/share")
                    .resolve("fdbox/plugins");
            return Files.isDirectory(own) ? own : Path.of("/usr/lib/fdbox/plugins");
        }

        private static Path folder(Map<String, String> environment, String forRoot, String variable,
                String otherwise) {
            String said = environment.getOrDefault(variable, "");
            return Path.of(ThisProcess.uid() == 0 ? forRoot : said.isEmpty() ? otherwise : said);
        }

        private static String home(Map<String, String> environment) {
            return environment.getOrDefault("HOME", "/");
        }
    }
}
