package org.fdbox.cli;

import java.io.IOException;
import org.fdbox.cli.text.Printable;
import org.fdbox.cli.text.Quantity;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox delete`
final class DeleteCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax.of("delete", "Deletes a box and lets go of all it holds.")
                .synopsis("BOX")
                .details(
                        "Works on a sealed box too, and erases its saved contents and pending entries. Refused while an",
                        "entry of it is on lease.")
                .argument("BOX", "name of the box")
                .examples("fdbox delete vm1")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        String box = call.text("BOX");
        int released;
        try (FdBoxClient client = call.connect()) {
            released = client.deleteBox(box);
        }
        if (call.wantsJson()) {
            call.printJson(new Reply.Released(released));
        } else {
            String entries = Quantity.count(released, "entry", "entries");
            call.console().line("deleted box \"" + Printable.text(box) + "\" and released " + entries);
        }
        return ExitStatus.DONE;
    }
}
