package org.fdbox.cli;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.HandleRight;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox open`
final class OpenCommand implements Command {

    private static final int NUMBER = 3;
    private static final String RIGHTS = "--rights";
    private static final String WORDS =
            Stream.of(HandleRight.values()).map(HandleRight::word).collect(Collectors.joining(","));

    @Override
    public CommandSpec spec() {
        return Syntax.of("open", "Runs a program with a handle: a socket that reaches one box only.")
                .synopsis("BOX [--rights RIGHT,...] -- COMMAND [ARGUMENT...]")
                .details(
                        "Whoever holds the handle has these rights, whatever its user, until the box is deleted. COMMAND runs",
                        "in place of fdbox, as the same process, with the handle at 3 and these variables:",
                        "  LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES   as sd_listen_fds(3) reads them; ':' becomes '_'",
                        "  FDBOX_FD_<BOX>   3; in a name, all but letters and digits becomes '_'",
                        "  FDBOX_SOCKET     fd:3/BOX, by which fdbox, run by COMMAND, uses the handle, also several at a time",
                        "What is put through it counts as put by you.")
                .argument("BOX", "name of the box")
                .option(RIGHTS, "RIGHT,...",
                        "at most these of " + WORDS
                                + "; put needs take as well to replace. Default: all you have")
                .json("of no effect here: there is no reply to print")
                .examples(
                        "fdbox open vm1 --rights list,copy -- sh -c 'fdbox ls vm1; fdbox cat vm1 log'",
                        "fdbox open logs --rights put -- setpriv --reuid nobody --clear-groups collector")
                .spec();
    }

    @Override
    public boolean takesTail() {
        return true;
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        String box = call.text("BOX");
        Optional<Set<HandleRight>> rights = rights(call.option(RIGHTS));
        Program program = Program.behind(call, List.of(box), NUMBER, "behind the box", "nothing was opened")
                .with(Address.VARIABLE, new InheritedSocket(NUMBER, Optional.of(box)).text());
        try (FdBoxClient client = call.connect(); OwnedFd handle = client.open(box, rights)) {
            program.become(List.of(handle), NUMBER);
        }
        return ExitStatus.DONE;
    }

    private static Optional<Set<HandleRight>> rights(Optional<String> given) throws UsageException {
        if (given.isEmpty()) {
            return Optional.empty();
        }
        var rights = EnumSet.noneOf(HandleRight.class);
        for (String word : given.get().split(",", -1)) {
            rights.add(HandleRight.of(word)
                    .orElseThrow(
                            () -> new UsageException("\"" + word + "\" is no right: they are " + WORDS)));
        }
        return Optional.of(rights);
    }
}
