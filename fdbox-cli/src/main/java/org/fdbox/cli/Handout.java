package org.fdbox.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.Lease;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.Exec;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.ThisProcess;

/// Descriptors on their way from a box into a program that takes the place of this one.
///
/// The program is run by exchanging this process's descriptors for the handed ones and then calling execve(2). That can still
/// fail (an interpreter that is missing, too many arguments) when the entries have left their box; then they are put back.
/// So the connection and the handed descriptors must not have the numbers that are exchanged ([#occupy]), and what is needed
/// for putting back must be loaded before, because the jars of the class path do have such numbers ([Rehearsal]).
final class Handout {

    private static final int ENOEXEC = 8;
    private static final String SHELL = "/bin/sh";
    /// The socket, and what the runtime may open meanwhile.
    private static final int SPARE = 32;

    private final String box;
    private final List<Wanted> wanted;
    private final int first;

    /// @param first the number that the first descriptor is to have
    Handout(String box, List<Wanted> wanted, int first) {
        this.box = box;
        this.wanted = wanted;
        this.first = first;
    }

    /// Becomes the program; returns only by an exception.
    void run(Invocation call, Path program, List<String> command)
            throws Refused, IOException, UsageException, FailedException {
        occupy();
        List<String> names = wanted.stream().map(Wanted::name).toList();
        var environment = ListenEnvironment.of(
                call.environment(), System.getProperty("fdbox.lc_all"), names, first,
                ProcessHandle.current().pid());
        FdBoxClient client = call.connect();
        Map<String, OwnedFd> taken;
        boolean keep = call.has("--keep");
        List<OwnedFd> handed;
        if (keep) {
            taken = client.copyMany(box, Optional.of(names));
            handed = handed(taken);
        } else {
            Lease lease = client.lease(box, names);
            taken = lease.descriptors();
            handed = handed(taken);
            Rehearsal.putMany();
            lease.confirm();
        }
        try {
            become(program, command, environment, handed);
        } catch (SystemCallException failed) {
            throw new FailedException(failed.getMessage() + (keep ? "" : "; " + putBack(client, taken)));
        }
    }

    /// Takes every free number below and among those that the program's descriptors will have, so that what is opened from
    /// now on lies above. They stay: this process ends, or its program gets other descriptors there.
    private void occupy() throws FailedException {
        long needed = first + 2L * wanted.size() + ThisProcess.openDescriptors() + SPARE;
        if (needed > ThisProcess.descriptorLimit()) {
            throw new FailedException("descriptors " + first + " to " + (first + wanted.size() - 1)
                    + " do not fit: this process may have " + ThisProcess.descriptorLimit()
                    + " (see ulimit -n)");
        }
        int afterLast = first + wanted.size();
        OwnedFd filler = OpenFile.open("/dev/null", OpenFlags.RDONLY);
        while (filler.number() < afterLast) {
            filler = filler.dup();
        }
        filler.close();
    }

    private List<OwnedFd> handed(Map<String, OwnedFd> taken) throws FailedException {
        var handed = new ArrayList<OwnedFd>();
        for (Wanted one : wanted) {
            OwnedFd fd = taken.get(one.name());
            if (fd == null) {
                throw new FailedException("the daemon did not hand out \"" + one.name() + "\"");
            }
            handed.add(one.access().isEmpty() ? fd : reopen(one, fd));
        }
        return handed;
    }

    private static OwnedFd reopen(Wanted one, OwnedFd fd) throws FailedException {
        try {
            return OpenFile.reopen(fd, one.access().getAsInt());
        } catch (SystemCallException failed) {
            throw new FailedException(
                    "\"" + one.name() + "\" cannot be opened anew, and nothing was taken: "
                            + failed.getMessage());
        }
    }

    /// A text without a first line "#!" is run by the shell, as execvp(3) does.
    private void become(Path program, List<String> command, Map<String, String> environment,
            List<OwnedFd> handed) {
        try {
            Exec.replace(program, command, environment, handed, first);
        } catch (SystemCallException failed) {
            if (failed.errno() != ENOEXEC) {
                throw failed;
            }
            var script = new ArrayList<>(List.of(SHELL, program.toString()));
            script.addAll(command.subList(1, command.size()));
            Exec.replace(Path.of(SHELL), script, environment, handed, first);
        }
    }

    private String putBack(FdBoxClient client, Map<String, OwnedFd> taken) {
        try {
            client.putMany(box, new LinkedHashMap<>(taken), false);
            return "the entries are in the box again";
        } catch (Refused | IOException failed) {
            return "the entries could not be put back: " + failed.getMessage();
        }
    }
}
