package org.fdbox.cli;

import java.io.IOException;
import org.fdbox.cli.text.Printable;
import org.fdbox.client.ConnectionLostException;
import org.fdbox.client.NoDaemonException;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Errno;
import org.fdbox.sys.SystemCallException;

/// What a failure means to the shell and to the user: an exit status and one or two lines.
///
/// @param text printable
record Failure(int status, String text) {

    /// @param command what failed, for the advice
    static Failure of(Exception cause, String command) {
        return switch (cause) {
            case Refused refused ->
                new Failure(ExitStatus.REFUSED, shortName(refused) + ": " + message(refused));
            case UsageException usage ->
                new Failure(ExitStatus.USAGE, message(usage) + "\n" + advice(command));
            case NoDaemonException nobody -> noDaemon(nobody);
            case ConnectionLostException lost -> new Failure(ExitStatus.BROKE_OFF, message(lost));
            case FailedException failed -> new Failure(ExitStatus.REFUSED, message(failed));
            case SystemCallException failed -> new Failure(ExitStatus.REFUSED, message(failed));
            case IOException unwritable ->
                new Failure(ExitStatus.REFUSED, "cannot write to standard output: " + message(unwritable));
            default ->
                new Failure(ExitStatus.REFUSED, "a fault in fdbox: " + Printable.text(cause.toString()));
        };
    }

    static String advice(String command) {
        return "'fdbox " + (command.isEmpty() ? "" : command + " ") + "--help' tells more";
    }

    private static Failure noDaemon(NoDaemonException nobody) {
        boolean forbidden =
                nobody.getCause() instanceof SystemCallException cause && cause.errno() == Errno.EACCES;
        String advice = forbidden
                ? "this user may not connect there"
                : "start one with 'fdboxd', or say with --socket or $FDBOX_SOCKET where it listens";
        return new Failure(ExitStatus.NO_DAEMON, message(nobody) + "\n" + advice);
    }

    /// The name without its interface.
    private static String shortName(Refused refused) {
        return Printable.text(refused.error().substring(refused.error().lastIndexOf('.') + 1));
    }

    private static String message(Exception cause) {
        return Printable.text(String.valueOf(cause.getMessage()));
    }
}
