package org.fdbox.cli;

import java.io.IOException;
import org.fdbox.cli.view.HolderTable;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox holders`
final class HoldersCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax.of("holders", "Lists the processes that have an entry's file open.")
                .synopsis("BOX NAME")
                .details(
                        "All but the daemon itself. FD is the descriptor's number there, or \"mapped\" where the file is",
                        "mapped into memory and no descriptor of it is open any more. Works on sealed boxes too.")
                .argument("BOX", "name of the box")
                .argument("NAME", "name of the entry")
                .examples("fdbox holders vm1 ram")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        Reply.HoldersFound found;
        try (FdBoxClient client = call.connect()) {
            found = client.holders(call.text("BOX"), call.text("NAME"));
        }
        if (call.wantsJson()) {
            call.printJson(found);
            return ExitStatus.DONE;
        }
        if (!found.holders().isEmpty()) {
            call.console().table(HolderTable.of(found.holders()));
        }
        call.console().line(HolderTable.note(found.holders(), found.complete()));
        return ExitStatus.DONE;
    }
}
