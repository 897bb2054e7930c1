package org.fdbox.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fdbox.client.FdBoxClient;
import org.fdbox.protocol.Refused;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.ProcessLock;

/// A connection that was passed to this process, in place of an address: "fd:N", or "fd:N/BOX" where it is a handle to a box.
///
/// A handle is shared by all that inherited it, perhaps at the same time, while a connection has one call at a time, and its
/// leases end with it. So each fdbox opens a handle of its own over it, with the same rights, and they take turns at that. It is
/// the only call that they make on the shared one, so a reply that one of them left behind when it was killed is as good for the next.
///
/// @param box empty: the connection itself is used, by one fdbox after the other
record InheritedSocket(int number, Optional<String> box) {

    private static final Pattern ADDRESS = Pattern.compile("fd:(\\d{1,9})(?:/(.+))?", Pattern.DOTALL);

    /// Empty if it is an address; a file of that name in this folder is "./fd:3".
    static Optional<InheritedSocket> of(String address) {
        Matcher matcher = ADDRESS.matcher(address);
        return matcher.matches()
                ? Optional.of(new InheritedSocket(
                        Integer.parseInt(matcher.group(1)), Optional.ofNullable(matcher.group(2))))
                : Optional.empty();
    }

    String text() {
        return "fd:" + number + box.map(name -> "/" + name).orElse("");
    }

    /// @return closed by the caller
    FdBoxClient connect() throws Refused, IOException, UsageException {
        try {
            CallersDescriptors.ofProcess().require(List.of(number));
        } catch (FailedException missing) {
            throw new UsageException("no connection at " + text() + ": " + missing.getMessage());
        }
        try (OwnedFd socket = OwnedFd.copyOf(number)) {
            ProcessLock.take(socket);
            FdBoxClient inherited = FdBoxClient.sharing(socket);
            if (box.isEmpty()) {
                return inherited;
            }
            try (inherited) {
                return FdBoxClient.over(inherited.open(box.get(), Optional.empty()));
            }
        }
    }
}
