package org.fdbox.cli;

import java.io.IOException;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox unseal`
final class UnsealCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax.of("unseal", "Opens a sealed box again.")
                .synopsis("BOX")
                .details(
                        "What was saved of the box is void from then on, so that a restart cannot bring back old contents.")
                .argument("BOX", "name of the box")
                .examples("fdbox unseal vm1")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        try (FdBoxClient client = call.connect()) {
            client.unseal(call.text("BOX"));
        }
        return call.done();
    }
}
