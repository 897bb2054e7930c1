package org.fdbox.cli;

import java.io.IOException;
import java.util.List;
import org.fdbox.protocol.Refused;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox get`
final class GetCommand implements Command {

    private static final int FIRST = 3;

    @Override
    public CommandSpec spec() {
        return Syntax.of("get", "Takes entries out of a box and runs a program with them.")
                .synopsis("BOX NAME... [--keep] [--at N] -- COMMAND [ARGUMENT...]")
                .details(
                        "Takes all or none. COMMAND runs in place of fdbox, as the same process, with the descriptors at 3,",
                        "4, ... in the order given, and with these variables:",
                        "  LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES   as sd_listen_fds(3) reads them; ':' becomes '_'",
                        "  FDBOX_FD_<NAME>   the number of each; in a name, all but letters and digits becomes '_'",
                        "The entries leave the box once COMMAND was found and all descriptors have arrived.",
                        "NAME=ro, NAME=wo and NAME=rw open the same file anew: with that access, at position 0.",
                        "A NAME that begins with '-' stands behind a '--' of its own: get -- BOX -NAME -- COMMAND")
                .argument("BOX", "name of the box")
                .arguments("NAME", "names of entries", "1..*")
                .flag("--keep", "leave the entries in the box, and hand out copies")
                .option("--at", "N", "the first descriptor's number, at least 3. Default: 3")
                .json("of no effect here: there is no reply to print")
                .examples(
                        "fdbox get vm1 ram -- qemu-system-x86_64 -add-fd fd=3,set=1 ...",
                        "fdbox get web listener -- nginx",
                        "fdbox get vm1 ram=ro --keep -- sh -c 'sha256sum <&3'")
                .spec();
    }

    @Override
    public boolean takesTail() {
        return true;
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException, FailedException {
        Program.requireOne(call, "behind the names");
        List<Wanted> wanted = Wanted.all(call.texts("NAME"));
        int first = first(call);
        List<String> names = wanted.stream().map(Wanted::name).toList();
        Program program = Program.behind(call, names, first, "behind the names", "nothing was taken");
        new Handout(call.text("BOX"), wanted, first).run(call, program);
        return ExitStatus.DONE;
    }

    private static int first(Invocation call) throws UsageException {
        int first = call.option("--at").isEmpty() ? FIRST : Offer.number(call.option("--at").get());
        if (first < FIRST) {
            throw new UsageException(
                    "--at must be at least " + FIRST + ": the numbers below are the standard ones");
        }
        return first;
    }
}
