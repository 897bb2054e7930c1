package org.fdbox.cli;

import java.io.IOException;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox seal`
final class SealCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax.of("seal", "Seals a box, so that it can be saved.")
                .synopsis("BOX")
                .details(
                        "A sealed box gives nothing out and takes nothing in, and only sealed boxes survive a restart.")
                .argument("BOX", "name of the box")
                .examples("fdbox seal vm1 && fdbox save")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        try (FdBoxClient client = call.connect()) {
            client.seal(call.text("BOX"));
        }
        return call.done();
    }
}
