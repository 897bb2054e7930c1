package org.fdbox.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.cli.text.Console;
import org.fdbox.cli.text.Printable;
import org.fdbox.cli.text.Quantity;
import org.fdbox.cli.text.Table;
import org.fdbox.cli.view.EntryTable;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.Lease;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.OwnedFd;

/// The story: open files go into a box, everybody who has them open dies, and they come back.
public final class Demo {

    private static final String BOX = "vm1";

    private final Console console;
    private final PrivateDaemon daemon;
    private final Exhibits exhibits;

    private Demo(Console console, PrivateDaemon daemon) {
        this.console = console;
        this.daemon = daemon;
        this.exhibits = new Exhibits(daemon.folder());
    }

    /// Something other than a difference went wrong; the message says what.
    public static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        Failed(String message) {
            super(message);
        }
    }

    /// Shows it.
    ///
    /// @param program the daemon's launcher
    /// @return whether everything survived
    /// @throws Failed if the daemon cannot be started
    public static boolean show(Console console, Path program) throws IOException, Refused, Failed {
        try (var daemon = PrivateDaemon.in(program)) {
            try {
                return new Demo(console, daemon).show();
            } catch (PrivateDaemon.Unavailable failed) {
                if (daemon.isClosed()) {
                    return false;
                }
                failed.log().forEach(line -> console.tell(Printable.text(line)));
                throw new Failed(failed.getMessage());
            } catch (IOException | Refused failed) {
                if (daemon.isClosed()) {
                    return false;
                }
                throw failed;
            }
        }
    }

    private boolean show() throws IOException, Refused, PrivateDaemon.Unavailable {
        console.line("What fdbox does, shown with a daemon of its own in " + daemon.folder() + ".\n");
        try (FdBoxClient client = daemon.start()) {
            step("Started fdboxd (pid " + daemon.pid() + "). It keeps open files in named boxes.");
            fill(client);
            step("Put open files into the box \"" + BOX
                    + "\" and closed them here: only the daemon has them open now.");
            list(client);
            save(client);
        }
        daemon.kill();
        step("Killed the daemon with SIGKILL. Nobody has these files open any more.");
        long start = System.nanoTime();
        try (FdBoxClient client = daemon.start()) {
            Reply.HandoverStatus status = client.handover().status();
            step("Started its successor (pid " + daemon.pid() + "), which made "
                    + Quantity.count(status.recoveredEntries(), "entry", "entries")
                    + " again and answered after "
                    + Quantity.duration((System.nanoTime() - start) / 1e9) + ".");
            client.unseal(BOX);
            step("Unsealed the box, took everything out and compared it with what had been put in:");
            return verdict(compare(client));
        }
    }

    private void step(String text) throws IOException {
        console.line("* " + text);
    }

    private void fill(FdBoxClient client) throws IOException, Refused {
        Map<String, OwnedFd> opened = exhibits.open();
        try {
            client.createBox(BOX);
            client.putMany(BOX, opened, false);
        } finally {
            opened.values().forEach(OwnedFd::close);
        }
    }

    private void list(FdBoxClient client) throws IOException, Refused {
        console.line("");
        console.table(EntryTable.detailed(client.list(BOX).entries()).indented());
        console.line("");
    }

    private void save(FdBoxClient client) throws IOException, Refused {
        client.seal(BOX);
        long start = System.nanoTime();
        Reply.Saved saved = client.handover().save(Optional.empty(), _ -> {});
        step("Sealed the box and saved it: " + Quantity.count(saved.entriesDone(), "entry", "entries") + ", "
                + Quantity.bytes(saved.bytesDone()) + " of contents, in "
                + Quantity.duration((System.nanoTime() - start) / 1e9) + ".");
    }

    private List<Exhibits.Result> compare(FdBoxClient client) throws IOException, Refused {
        try (Lease lease = client.lease(BOX, exhibits.names())) {
            lease.confirm();
            return exhibits.compare(lease.descriptors());
        }
    }

    private boolean verdict(List<Exhibits.Result> results) throws IOException {
        var table = new Table("ENTRY", "KIND", "CHECKED", "SURVIVED");
        boolean all = true;
        for (Exhibits.Result result : results) {
            String difference = result.difference().map(what -> "no: " + what).orElse("yes");
            table.row(result.name(), result.kind(), result.checked(), difference);
            all &= result.difference().isEmpty();
        }
        console.line("");
        console.table(table.indented());
        console.line("");
        console.line(all
                ? console.coloured(Console.Colour.GREEN, "Everything survived the death of the daemon.")
                : console.coloured(Console.Colour.RED, "Not everything survived."));
        return all;
    }
}
