package org.fdbox.cli;

import java.io.IOException;
import java.util.List;
import org.fdbox.cli.text.Console;
import org.fdbox.cli.text.Printable;
import org.fdbox.cli.text.Quantity;
import org.fdbox.cli.view.LeftTable;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox status`
final class StatusCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax.of("status", "Tells what the last recovery could and could not restore.")
                .synopsis("")
                .details("For root and the daemon's own user.")
                .examples("fdbox status")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        Reply.HandoverStatus status;
        try (FdBoxClient client = call.connect()) {
            status = client.handover().status();
        }
        if (call.wantsJson()) {
            call.printJson(status);
            return ExitStatus.DONE;
        }
        Console console = call.console();
        console.line("state       " + Printable.text(status.state()));
        console.line("generation  " + status.generation());
        console.line("recovered   " + Quantity.count(status.recoveredBoxes(), "box", "boxes") + " with "
                + Quantity.count(status.recoveredEntries(), "entry", "entries"));
        left(console, "Pending, each until a handler restores it or it is dropped:", status.pending());
        left(console, "Lost:", status.lost());
        return ExitStatus.DONE;
    }

    private static void left(Console console, String title, List<Reply.Left> left) throws IOException {
        if (!left.isEmpty()) {
            console.line("\n" + title);
            console.table(LeftTable.of(left));
        }
    }
}
