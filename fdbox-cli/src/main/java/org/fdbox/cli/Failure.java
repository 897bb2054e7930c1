package org.fdbox.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import org.fdbox.cli.text.OutputLostException;
import org.fdbox.cli.text.Printable;
import org.fdbox.cli.view.HolderTable;
import org.fdbox.client.ConnectionLostException;
import org.fdbox.client.NoDaemonException;
import org.fdbox.protocol.Holder;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Errno;
import org.fdbox.sys.SystemCallException;

/// What a failure means to the shell and to the user: an exit status and one or two lines, with a table where others are to
/// blame.
///
/// @param text printable; empty if there is nothing to say
record Failure(int status, String text) {

    /// @param command what failed, for the advice
    static Failure of(Throwable cause, String command) {
        return switch (cause) {
            case Refused.FdBusy busy -> new Failure(ExitStatus.REFUSED, busy(busy));
            case Refused refused ->
                new Failure(ExitStatus.REFUSED, shortName(refused) + ": " + message(refused));
            case UsageException usage ->
                new Failure(ExitStatus.USAGE, message(usage) + "\n" + advice(command));
            case NoDaemonException nobody -> noDaemon(nobody);
            case ConnectionLostException nonsense when nonsense.getCause() instanceof Malformed ->
                new Failure(ExitStatus.BROKE_OFF, "what answers there is no fdboxd: " + message(nonsense));
            case ConnectionLostException lost -> new Failure(ExitStatus.BROKE_OFF, message(lost));
            case FailedException failed -> new Failure(ExitStatus.REFUSED, message(failed));
            case SystemCallException failed -> new Failure(ExitStatus.REFUSED, message(failed));
            case OutputLostException lost when lost.isBrokenPipe() -> new Failure(ExitStatus.REFUSED, "");
            // Of these, the message is no more than the path.
            case FileSystemException failed ->
                new Failure(ExitStatus.REFUSED, Printable.text(failed.toString()));
            case IOException failed -> new Failure(ExitStatus.REFUSED, message(failed));
            default ->
                new Failure(ExitStatus.REFUSED, "a fault in fdbox: " + Printable.text(cause.toString()));
        };
    }

    /// All of the holders, where the message names one.
    private static String busy(Refused.FdBusy busy) {
        List<Holder> holders = busy.found().holders();
        String table = HolderTable.of(holders).text();
        return shortName(busy) + ": " + message(busy) + "\n" + table
                + HolderTable.note(holders, busy.found().complete());
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

    private static String message(Throwable cause) {
        return Printable.text(String.valueOf(cause.getMessage()));
    }
}
