package org.fdbox.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The environment of a program that is handed descriptors: the caller's, with the variables of sd_listen_fds(3) and one
/// variable for each name.
final class ListenEnvironment {

    private static final String PREFIX = "FDBOX_FD_";
    private static final String LOCALE = "LC_ALL";

    private ListenEnvironment() {}

    /// @param callersLocale the caller's LC_ALL, which the launcher replaced for the Java runtime: empty if it had none,
    ///     null if nobody replaced it
    static Map<String, String> of(
            Map<String, String> inherited, String callersLocale, List<String> names, int first, long pid) {
        var environment = new LinkedHashMap<String, String>(inherited);
        // Left by a get around this one, about descriptors that are closed by now.
        environment.keySet().removeIf(variable -> variable.startsWith(PREFIX));
        environment.remove("LISTEN_PIDFDID");
        // The connection that it names is closed by then, too.
        environment.computeIfPresent(
                Address.VARIABLE, (_, address) -> InheritedSocket.of(address).isPresent() ? null : address);
        if (callersLocale != null) {
            environment.remove(LOCALE);
            if (!callersLocale.isEmpty()) {
                environment.put(LOCALE, callersLocale);
            }
        }
        environment.put("LISTEN_FDS", Integer.toString(names.size()));
        environment.put("LISTEN_PID", Long.toString(pid));
        environment.put("LISTEN_FDNAMES",
                String.join(":", names.stream().map(n -> n.replace(':', '_')).toList()));
        for (int i = 0; i < names.size(); i++) {
            // Of two names that become one variable, the first has it.
            environment.putIfAbsent(variable(names.get(i)), Integer.toString(first + i));
        }
        return environment;
    }

    /// The variable of a name: all but ASCII letters and digits become '_', since shells know no others.
    static String variable(String name) {
        var variable = new StringBuilder(PREFIX);
        name.codePoints().forEach(point -> variable.append(isPlain(point) ? (char) point : '_'));
        return variable.toString();
    }

    private static boolean isPlain(int point) {
        return point >= 'a' && point <= 'z' || point >= 'A' && point <= 'Z' || point >= '0' && point <= '9';
    }
}
