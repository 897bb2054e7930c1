package org.fdbox.daemon.net;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.fdbox.daemon.succession.SuspendedClient;
import org.fdbox.sys.Courier;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.UnixSocket;

/// Descriptors that were sent and, as far as is known, not read yet, for each user. The kernel lets a process without privileges
/// have so many of them in flight as it may have open (unix(7), ETOOMANYREFS), and all its clients share that: nobody gets more
/// than a part. For all loops, so it has a lock, for a moment.
///
/// What has been read nobody tells. The kernel says how much memory all that is unread takes (SIOCOUTQ, unix(7)), which is no less
/// than its bytes; so what was sent before the last of them as would fit into it must have been read.
final class Unread {

    private static final int SHARE = 4;
    /// So many sendings are not kept without a look whether they have been read.
    private static final int LONG = 64;
    /// Whoever has too many is not looked through more often.
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final int most;
    private final Map<Integer, Owing> byUid = new HashMap<>();

    /// One user's.
    private static final class Owing {
        private final Set<Ledger> ledgers = new HashSet<>();
        private int descriptors;
        private long lookedThrough = System.nanoTime() - PATIENCE_NANOS;
    }

    private record Sent(long number, int descriptors, int bytes) {}

    /// What was sent on one connection. Guarded by the lock.
    final class Ledger {
        private final int uid;
        private final OwnedFd socket;
        private final ArrayDeque<Sent> sent = new ArrayDeque<>();
        private long count;

        private Ledger(int uid, OwnedFd socket) {
            this.uid = uid;
            this.socket = socket;
        }

        /// Descriptors have left.
        ///
        /// @param bytes that left with them
        void sent(int descriptors, int bytes) {
            note(this, descriptors, bytes);
        }
    }

    /// @param limit how many descriptors this process may have
    Unread(int limit) {
        this.most = Math.max(Courier.MOST_DESCRIPTORS, limit / SHARE);
    }

    int most() {
        return most;
    }

    /// @param socket stays the caller's, until after [#end]
    Ledger ledger(int uid, OwnedFd socket) {
        return new Ledger(uid, socket);
    }

    /// What may still be unread on a connection, the oldest first.
    synchronized List<SuspendedClient.Unread> rest(Ledger ledger) {
        return ledger.sent.stream()
                .map(sent -> new SuspendedClient.Unread(sent.descriptors(), sent.bytes()))
                .toList();
    }

    private synchronized void note(Ledger ledger, int descriptors, int bytes) {
        Owing owing = byUid.computeIfAbsent(ledger.uid, _ -> new Owing());
        owing.ledgers.add(ledger);
        owing.descriptors += descriptors;
        ledger.sent.add(new Sent(++ledger.count, descriptors, bytes));
    }

    /// Whether so many more may be sent to this user.
    boolean hasRoom(Ledger ledger, int descriptors) {
        if (descriptors == 0) {
            return true;
        }
        if (isLong(ledger) || !fits(ledger.uid, descriptors)) {
            look(ledger);
        }
        if (!fits(ledger.uid, descriptors)) {
            toLookThrough(ledger.uid).forEach(this::look);
        }
        return fits(ledger.uid, descriptors);
    }

    private synchronized boolean isLong(Ledger ledger) {
        return ledger.sent.size() >= LONG;
    }

    private synchronized boolean fits(int uid, int descriptors) {
        Owing owing = byUid.get(uid);
        return owing == null || owing.descriptors + descriptors <= most;
    }

    private synchronized List<Ledger> toLookThrough(int uid) {
        Owing owing = byUid.get(uid);
        long now = System.nanoTime();
        if (owing == null || now - owing.lookedThrough < PATIENCE_NANOS) {
            return List.of();
        }
        owing.lookedThrough = now;
        return List.copyOf(owing.ledgers);
    }

    /// Whether anything may still be unread.
    boolean isUnread(Ledger ledger) {
        look(ledger);
        synchronized (this) {
            return !ledger.sent.isEmpty();
        }
    }

    /// Finds out what has been read. Without the lock meanwhile, so what is sent meanwhile is left as it is.
    private void look(Ledger ledger) {
        long last;
        synchronized (this) {
            if (ledger.sent.isEmpty()) {
                return;
            }
            last = ledger.count;
        }
        int memory = UnixSocket.unreadMemory(ledger.socket);
        synchronized (this) {
            strike(ledger, last, memory);
        }
    }

    private void strike(Ledger ledger, long last, int memory) {
        long bytes = 0;
        int read = 0;
        Iterator<Sent> newestFirst = ledger.sent.descendingIterator();
        while (newestFirst.hasNext()) {
            Sent sent = newestFirst.next();
            bytes += sent.number() <= last ? sent.bytes() : 0;
            if (bytes > memory) {
                newestFirst.remove();
                read += sent.descriptors();
            }
        }
        settle(ledger, read);
    }

    private void settle(Ledger ledger, int read) {
        Owing owing = byUid.get(ledger.uid);
        if (owing == null) {
            return;
        }
        owing.descriptors -= read;
        if (ledger.sent.isEmpty()) {
            owing.ledgers.remove(ledger);
        }
        if (owing.ledgers.isEmpty()) {
            byUid.remove(ledger.uid);
        }
    }

    /// Nobody can read any more, or the daemon ends.
    synchronized void end(Ledger ledger) {
        int all = ledger.sent.stream().mapToInt(Sent::descriptors).sum();
        ledger.sent.clear();
        settle(ledger, all);
    }
}
