package org.fdbox.cli;

import java.io.IOException;
import org.fdbox.cli.text.Console;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Contents;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.SystemCallException;
import picocli.CommandLine.Model.CommandSpec;

/// `fdbox cat`
final class CatCommand implements Command {

    /// Less than malloc(3) gets from the kernel anew each time.
    private static final int CHUNK = 1 << 16;

    @Override
    public CommandSpec spec() {
        return Syntax.of("cat", "Writes the contents of an entry to standard output.")
                .synopsis("BOX NAME")
                .details(
                        "From the start to the end, whatever the entry's position is. The entry stays in the box as it is.",
                        "Only memfds and regular files have contents to write.")
                .argument("BOX", "name of the box")
                .argument("NAME", "name of the entry")
                .json("of no effect here: there is no reply to print")
                .examples("fdbox cat vm1 ram > ram.img")
                .spec();
    }

    @Override
    public int run(Invocation call) throws Refused, IOException, UsageException, FailedException {
        String name = call.text("NAME");
        try (FdBoxClient client = call.connect();
                OwnedFd copy = client.copy(call.text("BOX"), name)) {
            write(copy, name, call.console());
            return ExitStatus.DONE;
        }
    }

    private static void write(OwnedFd copy, String name, Console out)
            throws IOException, FailedException {
        var facts = new FdFacts(copy);
        if (facts.stat().type() != FileType.REGULAR || (facts.flags() & OpenFlags.PATH) != 0) {
            throw new FailedException(
                    "\"" + name + "\" has no contents to write: only memfds and regular files have");
        }
        try (OwnedFd file = OpenFile.reopen(copy, OpenFlags.RDONLY)) {
            toEnd(file, out);
        } catch (SystemCallException forbidden) {
            if ((facts.flags() & OpenFlags.ACCESS_MODE) == OpenFlags.WRONLY) {
                throw new FailedException("\"" + name + "\" cannot be read: " + forbidden.getMessage());
            }
            withoutMoving(copy, facts.stat().size(), out);
        }
    }

    /// Reads a file that was opened for this. Its size is not asked for: that of a file of procfs is 0.
    private static void toEnd(OwnedFd file, Console out) throws IOException {
        byte[] chunk = Pipe.read(file, CHUNK);
        while (chunk.length > 0) {
            out.write(chunk);
            chunk = Pipe.read(file, CHUNK);
        }
    }

    /// Reads an open file that others use, where this user may not open it anew.
    private static void withoutMoving(OwnedFd shared, long size, Console out) throws IOException {
        for (long at = 0; at < size;) {
            byte[] chunk = Contents.read(shared, at, (int) Math.min(CHUNK, size - at));
            out.write(chunk);
            at += chunk.length;
        }
    }
}
