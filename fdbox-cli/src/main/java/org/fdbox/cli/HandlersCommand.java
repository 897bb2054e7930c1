package org.fdbox.cli;

import java.io.IOException;
import org.fdbox.cli.text.Table;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox handlers`
final class HandlersCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax.of("handlers", "Lists the kinds of descriptor that the daemon takes.")
                .synopsis("")
                .details(
                        "HANDOVER tells how a kind comes back after a restart, at best: its contents are saved, it is opened",
                        "again from its name, or it only lives while it is held. \"restored\" is what a program registered for:",
                        "it makes again what was saved, and saves nothing itself; ORIGIN tells who it is.",
                        "For root and the daemon's own user.")
                .examples("fdbox handlers")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        Reply.Handlers reply;
        try (FdBoxClient client = call.connect()) {
            reply = new Reply.Handlers(client.handover().handlers());
        }
        if (call.wantsJson()) {
            call.printJson(reply);
            return ExitStatus.DONE;
        }
        var table = new Table("KIND", "HANDOVER", "HANDLER", "ORIGIN");
        for (Reply.HandlerInfo handler : reply.handlers()) {
            table.row(handler.kind(), handler.handover(), handler.compatible(), handler.origin());
        }
        if (table.isEmpty()) {
            call.console().tell("the daemon has no handlers and takes nothing");
        } else {
            call.console().table(table);
        }
        return ExitStatus.DONE;
    }
}
