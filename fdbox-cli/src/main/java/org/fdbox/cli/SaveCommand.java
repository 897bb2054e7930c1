package org.fdbox.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fdbox.cli.text.Console;
import org.fdbox.cli.text.Printable;
import org.fdbox.cli.text.ProgressBar;
import org.fdbox.cli.text.Quantity;
import org.fdbox.cli.view.LeftTable;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox save`
final class SaveCommand implements Command {

    @Override
    public CommandSpec spec() {
        return Syntax.of("save", "Writes the sealed boxes to disk, so that they survive a restart.")
                .synopsis("[--dir DIR]")
                .details(
                        "Says what is left out: boxes that are not sealed, and entries that live only while they are held.",
                        "The daemon saves at SIGTERM too. For root and the daemon's own user.")
                .option("--dir", "DIR", "write to this folder and not to the daemon's state directory")
                .examples("fdbox seal vm1 && fdbox save")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException {
        Optional<String> given = call.option("--dir");
        if (given.filter(String::isEmpty).isPresent()) {
            throw new UsageException("--dir needs a folder");
        }
        // The daemon has another working directory.
        Optional<String> folder = given.map(dir -> Path.of(dir).toAbsolutePath().toString());
        var bar = new ProgressBar(call.console(), "saving", System::nanoTime);
        Reply.Saved saved;
        try (FdBoxClient client = call.connect()) {
            saved = client.handover().save(folder, step -> bar.show(step.bytesDone(), step.bytesTotal()));
        } finally {
            bar.clear();
        }
        if (call.wantsJson()) {
            call.printJson(saved);
        } else {
            show(call.console(), saved, bar.seconds());
        }
        return ExitStatus.DONE;
    }

    private static void show(Console console, Reply.Saved saved, double seconds) throws IOException {
        console.line("saved " + Quantity.count(saved.entriesDone(), "entry", "entries") + " with "
                + Quantity.bytes(saved.bytesDone()) + " of contents in " + Quantity.duration(seconds)
                + saved.manifest().map(path -> ": " + Printable.text(path)).orElse(""));
        List<Reply.Left> left = saved.leftOut().orElse(List.of());
        if (!left.isEmpty()) {
            console.line("\nLeft out:");
            console.table(LeftTable.of(left));
        }
    }
}
