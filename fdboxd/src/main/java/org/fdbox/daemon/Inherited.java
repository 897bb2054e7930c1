package org.fdbox.daemon;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fdbox.daemon.service.Survival;
import org.fdbox.sys.OwnedFd;

/// Descriptors that the service manager passed (sd_listen_fds(3)), told apart by their names (sd_listen_fds_with_names(3)).
///
/// @param sockets numbers of those to listen on
/// @param stored what an earlier process of this service had stored, by name; belongs to whoever takes this
record Inherited(List<Integer> sockets, Map<String, OwnedFd> stored) {

    private static final int FIRST = 3;

    /// Nothing, if they were meant for another process. Without names, all are sockets.
    static Inherited of(Map<String, String> environment) {
        String pid = environment.getOrDefault("LISTEN_PID", "");
        String count = environment.getOrDefault("LISTEN_FDS", "");
        String names = environment.getOrDefault("LISTEN_FDNAMES", "");
        var sockets = new ArrayList<Integer>();
        var stored = new LinkedHashMap<String, OwnedFd>();
        boolean ours = pid.equals(Long.toString(ProcessHandle.current().pid()));
        if (ours && count.matches("[1-9][0-9]{0,6}")) {
            sort(Integer.parseInt(count), names.split(":", -1), sockets, stored);
        }
        return new Inherited(sockets, stored);
    }

    private static void sort(int count, String[] names, List<Integer> sockets, Map<String, OwnedFd> stored) {
        for (int i = 0; i < count; i++) {
            String name = names.length == count ? names[i] : "";
            if (!Survival.isStored(name)) {
                sockets.add(FIRST + i);
                continue;
            }
            // What is passed lacks close-on-exec; a duplicate has it.
            try (OwnedFd passed = OwnedFd.adopt(FIRST + i);
                    OwnedFd fd = stored.containsKey(name) ? passed.take() : passed.dup()) {
                stored.computeIfAbsent(name, _ -> fd.take());
            }
        }
    }
}
