package org.fdbox.cli;

import java.io.IOException;
import org.fdbox.cli.text.Printable;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox upgrade`
final class UpgradeCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax.of("upgrade", "Replaces the running daemon by the installed one.")
                .synopsis("")
                .details(
                        "The daemon starts its successor, which takes over all boxes and all connections. No request fails meanwhile,",
                        "and nothing is lost if the successor cannot take over: then the daemon goes on, and says why.",
                        "For root and the daemon's own user.")
                .examples("fdbox upgrade")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        Reply.Upgraded upgraded;
        try (FdBoxClient client = call.connect()) {
            upgraded = client.handover().upgrade();
        }
        if (call.wantsJson()) {
            call.printJson(upgraded);
        } else {
            call.console()
                    .tell("fdboxd " + Printable.text(upgraded.version()) + " has taken over, as process "
                            + upgraded.pid());
        }
        return ExitStatus.DONE;
    }
}
