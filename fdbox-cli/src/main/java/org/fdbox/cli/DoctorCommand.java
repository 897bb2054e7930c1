package org.fdbox.cli;

import java.io.IOException;
import java.util.List;
import org.fdbox.cli.doctor.Doctor;
import org.fdbox.cli.doctor.Finding;
import org.fdbox.cli.text.Console;
import org.fdbox.cli.text.Printable;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox doctor`
final class DoctorCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax.of("doctor", "Checks whether fdbox works here, and says what to do where not.")
                .synopsis("")
                .details(
                        "One line a check: \"ok\", \"note\" or \"fault\". Ends with 1 after a fault, and with 3 if the only one is",
                        "that there is no daemon. Changes nothing.")
                .examples("fdbox doctor", "fdbox doctor --socket /run/fdbox/org.fdbox.Store")
                .spec();
    }

    @Override
    public int run(Invocation call) throws IOException, UsageException {
        List<Finding> findings = Doctor.examine(call.address(), Version.text());
        for (Finding finding : findings) {
            call.console().line(mark(call.console(), finding.level()) + Printable.text(finding.text()));
        }
        return status(findings);
    }

    private static String mark(Console console, Finding.Level level) {
        return switch (level) {
            case OK -> console.coloured(Console.Colour.GREEN, "ok") + "     ";
            case NOTE -> console.coloured(Console.Colour.YELLOW, "note") + "   ";
            case FAULT, NO_DAEMON -> console.coloured(Console.Colour.RED, "fault") + "  ";
        };
    }

    static int status(List<Finding> findings) {
        List<Finding.Level> levels = findings.stream().map(Finding::level).toList();
        if (levels.contains(Finding.Level.FAULT)) {
            return ExitStatus.REFUSED;
        }
        return levels.contains(Finding.Level.NO_DAEMON) ? ExitStatus.NO_DAEMON : ExitStatus.DONE;
    }
}
