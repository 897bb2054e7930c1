package org.fdbox.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fdbox.cli.view.EntryTable;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.OwnedFd;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox put`
final class PutCommand implements Command {

    private static final String STDIN = "0";
    /// The kernel's limit for one message (unix(7), SCM_MAX_FD).
    private static final int MOST = 253;

    @Override
    public CommandSpec spec() {
        return Syntax.of("put", "Puts open files into a box.")
                .synopsis("BOX NAME [--fd N] [--replace] | BOX NAME=N... [--replace]")
                .details(
                        "The descriptors are those that the shell passes to this command. Several are put all or none.",
                        "Prints how each entry will survive when nobody holds it open any more.")
                .argument("BOX", "name of the box")
                .arguments("NAME", "name of the new entry, or several with the numbers of their descriptors",
                        "1..*")
                .option("--fd", "N", "the descriptor's number. Default: 0, standard input")
                .flag("--replace", "replace entries that have these names already")
                .examples(
                        "fdbox put vm1 image < disk.img",
                        "fdbox put vm1 log --fd 1 >> vm1.log",
                        "fdbox put vm1 disk=3 log=4 3<> disk.img 4>> vm1.log")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException, FailedException {
        List<String> names = call.texts("NAME");
        boolean many = names.size() > 1 || names.getFirst().contains("=");
        if (many && call.has("--fd")) {
            throw new UsageException("--fd is for one NAME; several are written NAME=N");
        }
        List<Offer> offers = many
                ? Offer.all(names)
                : List.of(new Offer(names.getFirst(), Offer.number(call.option("--fd").orElse(STDIN))));
        CallersDescriptors.ofProcess().require(offers.stream().map(Offer::number).toList());
        if (offers.size() > MOST) {
            throw new Refused.TooManyFileDescriptors(MOST, offers.size());
        }
        List<EntryInfo> entries = put(call, offers, many);
        if (call.wantsJson()) {
            call.printJson(many ? new Reply.StoredMany(entries) : new Reply.Stored(entries.getFirst()));
        } else {
            call.console().table(EntryTable.brief(entries));
            call.console().print(EntryTable.notes(entries));
        }
        return ExitStatus.DONE;
    }

    private static List<EntryInfo> put(Invocation call, List<Offer> offers, boolean many)
            throws Refused, IOException, UsageException {
        var files = new LinkedHashMap<String, OwnedFd>();
        try (FdBoxClient client = call.connect()) {
            for (Offer offer : offers) {
                files.put(offer.name(), OwnedFd.copyOf(offer.number()));
            }
            boolean replace = call.has("--replace");
            if (many) {
                return client.putMany(call.text("BOX"), files, replace);
            }
            Map.Entry<String, OwnedFd> only = files.firstEntry();
            return List.of(client.put(call.text("BOX"), only.getKey(), only.getValue(), replace));
        } finally {
            files.values().forEach(OwnedFd::close);
        }
    }
}
