package org.fdbox.daemon;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Descriptors that the service manager passed (sd_listen_fds(3)).
final class Inherited {

    private static final int FIRST = 3;

    private Inherited() {}

    /// Their numbers; none if they were meant for another process.
    static List<Integer> sockets(Map<String, String> environment) {
        String pid = environment.getOrDefault("LISTEN_PID", "");
        String count = environment.getOrDefault("LISTEN_FDS", "");
        boolean ours = pid.equals(Long.toString(ProcessHandle.current().pid()));
        if (!ours || !count.matches("[1-9][0-9]{0,3}")) {
            return List.of();
        }
        return IntStream.range(FIRST, FIRST + Integer.parseInt(count)).boxed().toList();
    }
}
