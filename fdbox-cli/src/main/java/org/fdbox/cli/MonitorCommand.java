package org.fdbox.cli;

import java.io.IOException;
import org.fdbox.cli.view.Accounts;
import org.fdbox.cli.view.EventLine;
import org.fdbox.client.ConnectionLostException;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.Watch;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox monitor`
final class MonitorCommand implements Command {

    private volatile boolean enough;

    @Override
    public CommandSpec spec() {
        return Syntax
                .of("monitor", "Shows what happens to boxes, one line an event, until it is interrupted.")
                .synopsis("[BOX]")
                .details(
                        "Of the boxes that you may list, at the time of each event. A handover that is planned, begins, fails or",
                        "succeeds is shown to everybody; \"missed\" says how many events came faster than they were read.",
                        "SIGINT and SIGTERM end it with status 0, the end of the daemon with 4.")
                .optionalArgument("BOX", "only this box")
                .examples("fdbox monitor", "fdbox monitor vm1 --json")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        try (FdBoxClient client = call.connect(); Watch watch = client.monitor(call.optionalText("BOX"))) {
            var interrupted = new Thread(() -> end(watch));
            Runtime.getRuntime().addShutdownHook(interrupted);
            try {
                return show(watch, call);
            } finally {
                forget(interrupted);
            }
        } catch (ConnectionLostException ended) {
            if (enough) {
                return ExitStatus.DONE;
            }
            throw ended;
        }
    }

    private static int show(Watch watch, Invocation call) throws Refused, IOException {
        var line = new EventLine(Accounts.ofSystem());
        while (true) {
            Reply.Happened event = watch.next();
            if (call.wantsJson()) {
                call.printJson(event);
            } else {
                call.console().line(line.of(event, System.currentTimeMillis()));
            }
        }
    }

    /// A signal came. A line is one write, so that it is there or not; the Java runtime would end with another status.
    private void end(Watch watch) {
        enough = true;
        watch.close();
        Runtime.getRuntime().halt(ExitStatus.DONE);
    }

    private static void forget(Thread interrupted) {
        try {
            Runtime.getRuntime().removeShutdownHook(interrupted);
        } catch (IllegalStateException itRuns) {
            // It ends this process.
        }
    }
}
