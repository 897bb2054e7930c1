package org.fdbox.daemon.net;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// Until when messages and replies may stay unfinished. All have equally long, so the oldest is the first.
final class Deadlines {

    private final long nanos;
    private final Map<Connection, Long> ends = new LinkedHashMap<>();
    private boolean suspended;

    Deadlines(long nanos) {
        this.nanos = nanos;
    }

    /// Runs from its first call to [#stop], whatever trickles in meanwhile.
    void start(Connection connection) {
        if (!suspended) {
            ends.putIfAbsent(connection, System.nanoTime() + nanos);
        }
    }

    void stop(Connection connection) {
        if (!ends.isEmpty()) {
            ends.remove(connection);
        }
    }

    /// Nobody has one, for as long as nobody is served.
    void suspend() {
        ends.clear();
        suspended = true;
    }

    /// They begin anew.
    void resume() {
        suspended = false;
    }

    /// Nanoseconds until the first has passed; Long.MAX_VALUE if there is none.
    long left() {
        return ends.isEmpty() ? Long.MAX_VALUE : ends.values().iterator().next() - System.nanoTime();
    }

    /// Cuts off all whose time is over.
    void pass() {
        while (!ends.isEmpty()) {
            Iterator<Map.Entry<Connection, Long>> oldest = ends.entrySet().iterator();
            Map.Entry<Connection, Long> first = oldest.next();
            if (first.getValue() - System.nanoTime() > 0) {
                return;
            }
            oldest.remove();
            first.getKey().cutOff();
        }
    }
}
