package org.fdbox.cli;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.fdbox.cli.text.Printable;
import org.fdbox.cli.view.Accounts;
import org.fdbox.cli.view.BoxTable;
import org.fdbox.cli.view.EntryTable;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox ls`
final class ListCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax.of("ls", "Lists the boxes, or what is in one.")
                .synopsis("[BOX]")
                .details(
                        "Of the boxes, those are listed that this user has some right on. SURVIVES tells how an entry comes",
                        "back when nobody holds it open, after a restart or a reboot: \"contents\": they are saved;",
                        "\"reopen\": it is opened again from its name; \"live\": it does not.")
                .optionalArgument("BOX", "list the entries of this box")
                .examples("fdbox ls", "fdbox ls vm1", "fdbox ls vm1 --json | jq -r '.entries[].name'")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        try (FdBoxClient client = call.connect()) {
            String box = call.optionalText("BOX").orElse(null);
            if (box == null) {
                boxes(call, new Reply.Boxes(client.listBoxes()));
            } else {
                entries(call, client.list(box));
            }
        }
        return ExitStatus.DONE;
    }

    private static void boxes(Invocation call, Reply.Boxes reply) throws IOException {
        if (call.wantsJson()) {
            call.printJson(reply);
        } else if (reply.boxes().isEmpty()) {
            call.console().tell("no boxes here; 'fdbox create BOX' makes one");
        } else {
            call.console().table(BoxTable.of(reply.boxes(), Accounts.ofSystem(), nowMicros()));
        }
    }

    private static void entries(Invocation call, Reply.Entries reply) throws IOException {
        if (call.wantsJson()) {
            call.printJson(reply);
        } else if (reply.entries().isEmpty()) {
            call.console().tell("box \"" + Printable.text(reply.box().name()) + "\" is empty");
        } else {
            call.console().table(EntryTable.of(reply.entries(), Accounts.ofSystem(), nowMicros()));
            call.console().print(EntryTable.notes(reply.entries()));
        }
    }

    private static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
