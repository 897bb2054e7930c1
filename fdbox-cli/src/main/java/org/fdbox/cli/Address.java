package org.fdbox.cli;

import java.util.Map;
import java.util.Optional;
import org.fdbox.sys.ThisProcess;
import org.fdbox.sys.UnixAddress;

/// Where the daemon listens: --socket, else $FDBOX_SOCKET, else the usual place of this user.
final class Address {

    static final String VARIABLE = "FDBOX_SOCKET";

    private static final String FILE = "/fdbox/org.fdbox.Store";
    private static final int ROOT = 0;

    private Address() {}

    /// @param given what --socket says
    static UnixAddress of(Optional<String> given, Map<String, String> environment) throws UsageException {
        Optional<String> chosen = chosen(given, environment);
        Optional<InheritedSocket> passed = chosen.flatMap(InheritedSocket::of);
        if (passed.isPresent()) {
            throw new UsageException(
                    passed.get().text() + " is a connection, and no address that a daemon listens at");
        }
        try {
            return new UnixAddress(chosen.isPresent() ? chosen.get() : usual(ThisProcess.uid(), environment));
        } catch (IllegalArgumentException impossible) {
            throw new UsageException(impossible.getMessage());
        }
    }

    /// The connection that was passed instead of an address.
    static Optional<InheritedSocket> inherited(Optional<String> given, Map<String, String> environment) {
        return chosen(given, environment).flatMap(InheritedSocket::of);
    }

    private static Optional<String> chosen(Optional<String> given, Map<String, String> environment) {
        return given.or(() -> set(environment, VARIABLE));
    }

    /// The same that the daemon takes when nobody says otherwise.
    static String usual(int uid, Map<String, String> environment) {
        if (uid == ROOT) {
            return "/run" + FILE;
        }
        String folder =
                set(environment, "XDG_RUNTIME_DIR").orElse("/run/user/" + Integer.toUnsignedString(uid));
        return folder + FILE;
    }

    private static Optional<String> set(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isEmpty());
    }
}
