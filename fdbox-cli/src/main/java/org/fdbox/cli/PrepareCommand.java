package org.fdbox.cli;

import java.io.IOException;

import org.fdbox.cli.text.ProgressBar;
import org.fdbox.cli.text.Quantity;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;

import picocli.CommandLine.Model.CommandSpec;

/// `fdbox prepare`
final class PrepareCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax
                .of("prepare", "Copies contents ahead, so that sealing and saving a box takes less time.")
                .synopsis("BOX")
                .details(
                        "The programs that use the box go on meanwhile. The save then writes only what changed since.",
                        "Doing it again brings the copies up to date.")
                .argument("BOX", "name of the box")
                .examples("fdbox prepare vm1 && fdbox seal vm1 && fdbox save")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        var bar = new ProgressBar(call.console(), "preparing", System::nanoTime);
        Reply.Prepared end;
        try (FdBoxClient client = call.connect()) {
            end = client.prepare(call.text("BOX"), step -> bar.show(step.bytesDone(), step.bytesTotal()));
        } finally {
            bar.clear();
        }
        if (call.wantsJson()) {
            call.printJson(end);
        } else {
            call.console().line("prepared " + Quantity.bytes(end.bytesDone()) + " of contents in "
                    + Quantity.duration(bar.seconds()));
        }
        return ExitStatus.DONE;
    }
}
