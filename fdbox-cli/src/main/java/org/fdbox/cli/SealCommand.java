package org.fdbox.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.fdbox.cli.view.HolderTable;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox seal`
final class SealCommand implements Command {

    private static final String EXCLUSIVE = "--exclusive";

    @Override
    public CommandSpec spec() {
        return Syntax.of("seal", "Seals a box, so that it can be saved.")
                .synopsis("BOX [--exclusive]")
                .details(
                        "A sealed box gives nothing out and takes nothing in, and only sealed boxes survive a restart.",
                        "With --exclusive, it is sealed only if no other process has one of its files open or mapped, and",
                        "no other box holds one; otherwise those who do are listed.")
                .argument("BOX", "name of the box")
                .flag(EXCLUSIVE, "only if nobody else has one of the files open")
                .examples("fdbox seal vm1 && fdbox save", "fdbox seal vm1 --exclusive")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        Optional<Boolean> complete;
        try (FdBoxClient client = call.connect()) {
            complete = client.seal(call.text("BOX"), call.has(EXCLUSIVE));
        }
        if (call.wantsJson()) {
            call.printJson(new Reply.Sealed(complete));
        } else if (!complete.orElse(true)) {
            call.console().tell("sealed; " + HolderTable.note(List.of(), false));
        }
        return ExitStatus.DONE;
    }
}
