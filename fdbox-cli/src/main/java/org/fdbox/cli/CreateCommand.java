package org.fdbox.cli;

import java.io.IOException;
import java.util.OptionalInt;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox create`
final class CreateCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax.of("create", "Makes an empty box.")
                .synopsis("BOX [--mode MODE]")
                .details(
                        "The box belongs to this user. Its name has 1 to 255 bytes of UTF-8, without '/', '=' and",
                        "control characters.")
                .argument("BOX", "name of the new box")
                .option("--mode", "MODE", Mode.MEANING + " Default: 0700")
                .examples("fdbox create vm1", "fdbox create shared --mode 0750")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        OptionalInt mode = Mode.optional(call.option("--mode"));
        try (FdBoxClient client = call.connect()) {
            client.createBox(call.text("BOX"), mode);
        }
        return call.done();
    }
}
