package org.fdbox.daemon.net;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Descriptors that left their message, or their box, and are not stored or closed yet: those of requests that are being worked
/// on, and those whose closing waits for somebody. Whoever has too many is not read from until they are fewer, which they
/// become by themselves. For all loops and the closing threads, so it has a lock, for a moment.
public final class Backlog {

    private static final int SHARE = 8;
    private static final int LEAST = 16;
    private static final int MOST = 1024;

    private final int most;
    private final Map<Integer, Behind> byUid = new HashMap<>();

    private static final class Behind {
        private int descriptors;
        private Set<Runnable> waiting = new LinkedHashSet<>();
    }

    /// @param limit how many descriptors this process may have
    public Backlog(int limit) {
        this.most = Math.clamp(limit / SHARE, LEAST, MOST);
    }

    synchronized void add(int uid, int count) {
        if (count > 0) {
            byUid.computeIfAbsent(uid, _ -> new Behind()).descriptors += count;
        }
    }

    /// They are stored or closed: whoever waited for that goes on.
    void remove(int uid, int count) {
        Set<Runnable> woken;
        synchronized (this) {
            Behind behind = byUid.get(uid);
            if (count == 0 || behind == null) {
                return;
            }
            behind.descriptors -= count;
            if (behind.descriptors >= most) {
                return;
            }
            woken = behind.waiting;
            behind.waiting = new LinkedHashSet<>();
            if (behind.descriptors == 0) {
                byUid.remove(uid);
            }
        }
        woken.forEach(Runnable::run);
    }

    /// Whether this user may be read from.
    synchronized boolean hasRoom(int uid) {
        Behind behind = byUid.get(uid);
        return behind == null || behind.descriptors < most;
    }

    /// Has something done as soon as this user may be read from.
    ///
    /// @param wake on any thread, this one if there is room already; must not wait
    void whenRoom(int uid, Runnable wake) {
        synchronized (this) {
            Behind behind = byUid.get(uid);
            if (behind != null && behind.descriptors >= most) {
                behind.waiting.add(wake);
                return;
            }
        }
        wake.run();
    }

    /// What was to be done then is not any more.
    synchronized void forget(int uid, Runnable wake) {
        Behind behind = byUid.get(uid);
        if (behind != null) {
            behind.waiting.remove(wake);
        }
    }
}
