package org.fdbox.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fdbox.cli.doctor.Doctor;
import org.fdbox.cli.doctor.Finding;
import org.fdbox.cli.text.Console;
import org.fdbox.cli.text.Printable;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox doctor`
final class DoctorCommand implements Command {

    private static final int WIDTH = 7;

    @Override
    public CommandSpec spec() {
        return Syntax.of("doctor", "Checks whether fdbox works here, and says what to do where not.")
                .synopsis("")
                .details(
                        "One line a check: \"ok\", \"note\" or \"fault\". Ends with 1 after a fault, and with 3 if the only one is",
                        "that there is no daemon. Changes nothing.")
                .json("print the findings as JSON")
                .examples("fdbox doctor", "fdbox doctor --socket /run/fdbox/org.fdbox.Store")
                .spec();
    }

    @Override
    public int run(Invocation call) throws IOException, UsageException {
        List<Finding> findings = Doctor.examine(call.address(), Version.text());
        if (call.wantsJson()) {
            call.printJson(Map.of("findings", findings.stream().map(DoctorCommand::json).toList()));
        } else {
            for (Finding finding : findings) {
                call.console().line(mark(call.console(), finding) + Printable.text(finding.text()));
            }
        }
        return status(findings);
    }

    private static Map<String, Object> json(Finding finding) {
        var object = new LinkedHashMap<String, Object>();
        object.put("level", word(finding));
        object.put("text", finding.text());
        return object;
    }

    private static String word(Finding finding) {
        return switch (finding.level()) {
            case OK -> "ok";
            case NOTE -> "note";
            case FAULT, NO_DAEMON -> "fault";
        };
    }

    private static String mark(Console console, Finding finding) {
        Console.Colour colour = switch (finding.level()) {
            case OK -> Console.Colour.GREEN;
            case NOTE -> Console.Colour.YELLOW;
            case FAULT, NO_DAEMON -> Console.Colour.RED;
        };
        String word = word(finding);
        return console.coloured(colour, word) + " ".repeat(WIDTH - word.length());
    }

    static int status(List<Finding> findings) {
        List<Finding.Level> levels = findings.stream().map(Finding::level).toList();
        if (levels.contains(Finding.Level.FAULT)) {
            return ExitStatus.REFUSED;
        }
        return levels.contains(Finding.Level.NO_DAEMON) ? ExitStatus.NO_DAEMON : ExitStatus.DONE;
    }
}
