package org.fdbox.test.functional;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.Pipe;
import org.fdbox.sys.SocketFacts;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;
import org.fdbox.test.support.Eventually;

/// The side of a service manager that listens to sd_notify(3).
final class ServiceManager implements AutoCloseable {

    private final UnixAddress address;
    private final OwnedFd socket;
    private final List<String> heard = new ArrayList<>();
    private final List<String> askedForTime = new ArrayList<>();

    ServiceManager(Path folder) {
        address = new UnixAddress(folder.resolve("notify").toString());
        socket = UnixSocket.bind(address, SocketFacts.DATAGRAM);
    }

    /// A command that runs the rest of its arguments as a service of this manager.
    List<String> wrapper(String... variables) {
        var wrapper = new ArrayList<>(List.of("env", "NOTIFY_SOCKET=" + address.text()));
        wrapper.addAll(List.of(variables));
        return wrapper;
    }

    /// All that was said so far, an assignment each, but for requests for more time.
    List<String> heard() {
        // The size of the next datagram, which a read takes whole.
        for (int size = Pipe.waiting(socket); size > 0; size = Pipe.waiting(socket)) {
            String message = new String(Pipe.read(socket, size), StandardCharsets.UTF_8);
            for (String assignment : message.lines().toList()) {
                (assignment.startsWith("EXTEND_TIMEOUT_USEC=") ? askedForTime : heard).add(assignment);
            }
        }
        return List.copyOf(heard);
    }

    /// How often it was asked for more time.
    int timesAskedForTime() {
        heard();
        return askedForTime.size();
    }

    void awaits(String assignment) throws Exception {
        Eventually.holds("the manager is told " + assignment, () -> heard().contains(assignment));
    }

    @Override
    public void close() {
        socket.close();
    }
}
