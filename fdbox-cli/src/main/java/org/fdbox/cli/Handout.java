package org.fdbox.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdbox.client.FdBoxClient;
import org.fdbox.client.Lease;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.ThisProcess;

/// Descriptors on their way from a box into a program that takes the place of this one. Running the program can still fail
/// when the entries have left their box (an interpreter that is missing, too many arguments); then they are put back.
final class Handout {

    /// For what this process opens meanwhile.
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
    void run(Invocation call, Program program) throws Refused, IOException, UsageException, FailedException {
        requireRoom();
        List<String> names = wanted.stream().map(Wanted::name).toList();
        try (FdBoxClient client = call.connect()) {
            if (call.has("--keep")) {
                program.become(handed(client.copyMany(box, Optional.of(names))), first);
            } else {
                take(client, names, program);
            }
        }
    }

    private void take(FdBoxClient client, List<String> names, Program program)
            throws Refused, IOException, FailedException {
        try (Lease lease = client.lease(box, names)) {
            List<OwnedFd> handed = handed(lease.descriptors());
            lease.confirm();
            try {
                program.become(handed, first);
            } catch (SystemCallException failed) {
                throw new FailedException(failed.getMessage() + "; " + putBack(client, lease.descriptors()));
            }
        }
    }

    /// While descriptors change their numbers, there are up to three of each.
    private void requireRoom() throws FailedException {
        long needed = first + 3L * wanted.size() + ThisProcess.openDescriptors() + SPARE;
        if (needed > ThisProcess.descriptorLimit()) {
            throw new FailedException("descriptors " + first + " to " + (first + wanted.size() - 1)
                    + " do not fit: this process may have " + ThisProcess.descriptorLimit()
                    + " (see ulimit -n)");
        }
    }

    private List<OwnedFd> handed(Map<String, OwnedFd> taken) throws FailedException {
        var handed = new ArrayList<OwnedFd>();
        for (Wanted one : wanted) {
            OwnedFd fd = taken.get(one.name());
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

    private String putBack(FdBoxClient client, Map<String, OwnedFd> taken) {
        try {
            client.putMany(box, new LinkedHashMap<>(taken), false);
            return "the entries are in the box again";
        } catch (Refused | IOException failed) {
            return "the entries could not be put back: " + failed.getMessage();
        }
    }
}
