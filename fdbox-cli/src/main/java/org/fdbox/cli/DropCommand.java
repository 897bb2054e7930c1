package org.fdbox.cli;

import java.io.IOException;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox drop`
final class DropCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax.of("drop", "Lets go of one entry.")
                .synopsis("BOX NAME")
                .details(
                        "A sealed box lets go only of pending entries, those that no handler could restore yet.")
                .argument("BOX", "name of the box")
                .argument("NAME", "name of the entry")
                .examples("fdbox drop vm1 ram")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        try (FdBoxClient client = call.connect()) {
            client.drop(call.text("BOX"), call.text("NAME"));
        }
        return call.done();
    }
}
