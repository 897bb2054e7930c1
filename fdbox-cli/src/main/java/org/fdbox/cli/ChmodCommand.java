package org.fdbox.cli;

import java.io.IOException;
import java.util.OptionalInt;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox chmod`
final class ChmodCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax.of("chmod", "Sets who may do what with a box.")
                .synopsis("BOX MODE")
                .argument("BOX", "name of the box")
                .argument("MODE", Mode.MEANING)
                .examples("fdbox chmod vm1 0750")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        var mode = OptionalInt.of(Mode.of(call.text("MODE")));
        try (FdBoxClient client = call.connect()) {
            client.setAccess(call.text("BOX"), OptionalInt.empty(), OptionalInt.empty(), mode);
        }
        return call.done();
    }
}
