package org.fdbox.daemon.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.Event;
import org.fdbox.daemon.box.Events;
import org.fdbox.daemon.handover.Notice;
import org.fdbox.daemon.succession.Next;
import org.fdbox.protocol.Happening;
import org.fdbox.sys.PeerCredentials;

/// All calls of Monitor. Events come in the order of the changes, are judged by the rights that held then, and wait with each
/// watcher until its connection takes them. Whoever changed something delivers what was noted, which is a matter of queues:
/// nobody is waited for.
public final class Watchers implements Events, Notice.Listeners {

    /// Replies that wait for the watchers of one user, who share them.
    private static final int MOST_WAITING_FOR_ONE = 16_384;

    /// Noted and not yet delivered.
    private final Queue<Event> noted = new ConcurrentLinkedQueue<>();
    /// Those with the same rights together, so that many of them cost those whom they may not watch no more than one. Guarded
    /// by this object's lock.
    private final Map<Caller, Set<Watcher>> audiences = new LinkedHashMap<>();
    private volatile boolean wanted;

    /// Begins to watch: "ready" is the first reply, and each event after that follows.
    ///
    /// @param box empty: all that this user may list
    ReplyStream watch(Caller caller, Optional<String> box) {
        Caller rights = rights(caller);
        var watcher = new Watcher(box, 0, self -> new Watching(rights, self));
        watcher.tell(Happening.READY, OptionalLong.empty(), 1);
        return begin(rights, watcher);
    }

    /// Goes on with what another process began; each event from now on follows.
    ReplyStream watch(Caller caller, Next.Watches begun) {
        Caller rights = rights(caller);
        return begin(rights,
                new Watcher(begun.box(), begun.sequence(), self -> new Watching(rights, self)));
    }

    private ReplyStream begin(Caller rights, Watcher watcher) {
        List<Runnable> wakers;
        synchronized (this) {
            // What happened before is not for this one.
            wakers = deliverNoted();
            audiences.computeIfAbsent(rights, _ -> new LinkedHashSet<>()).add(watcher);
            wanted = true;
        }
        wakers.forEach(Runnable::run);
        return watcher.replies();
    }

    private final class Watching implements ReplyStream.Source {
        private final Caller rights;
        private final Watcher watcher;

        Watching(Caller rights, Watcher watcher) {
            this.rights = rights;
            this.watcher = watcher;
        }

        @Override
        public void ended() {
            remove(rights, watcher);
        }

        @Override
        public void pause() {
            deliver();
        }

        @Override
        public Next next() {
            synchronized (Watchers.this) {
                return watcher.next();
            }
        }
    }

    /// All that counts for rights: of the same user, every process is the same.
    private static Caller rights(Caller caller) {
        return switch (caller) {
            case Caller.Peer(var who) ->
                Caller.of(new PeerCredentials(0, who.uid(), who.gid(), who.groups()));
            case BoxHandle handle -> handle;
        };
    }

    private synchronized void remove(Caller rights, Watcher watcher) {
        Set<Watcher> audience = audiences.get(rights);
        audience.remove(watcher);
        if (audience.isEmpty()) {
            audiences.remove(rights);
        }
        wanted = !audiences.isEmpty();
        notifyAll();
    }

    @Override
    public boolean wanted() {
        return wanted;
    }

    @Override
    public void note(Event event) {
        noted.add(event);
    }

    @Override
    public void deliver() {
        if (!noted.isEmpty()) {
            List<Runnable> wakers;
            synchronized (this) {
                wakers = deliverNoted();
            }
            wakers.forEach(Runnable::run);
        }
    }

    /// Under the lock; answers what is to be run without it.
    private List<Runnable> deliverNoted() {
        var wakers = new ArrayList<Runnable>();
        for (Event event = noted.poll(); event != null; event = noted.poll()) {
            for (Map.Entry<Caller, Set<Watcher>> audience : audiences.entrySet()) {
                if (event.isFor(audience.getKey())) {
                    tell(audience.getValue(), event, wakers);
                }
            }
        }
        return wakers;
    }

    private static void tell(Set<Watcher> audience, Event event, List<Runnable> wakers) {
        int room = room(audience);
        for (Watcher watcher : audience) {
            if (watcher.wants(event)) {
                watcher.tell(event, room).ifPresent(wakers::add);
            }
        }
    }

    private static int room(Set<Watcher> audience) {
        return Math.min(Watcher.MOST_WAITING, MOST_WAITING_FOR_ONE / audience.size());
    }

    // What concerns the daemon as a whole

    @Override
    public void announce(Happening what, OptionalLong deadlineUSec) {
        List<Runnable> wakers;
        synchronized (this) {
            wakers = deliverNoted();
            for (Set<Watcher> audience : audiences.values()) {
                int room = room(audience);
                audience.forEach(
                        watcher -> watcher.tell(what, deadlineUSec, room).ifPresent(wakers::add));
            }
        }
        wakers.forEach(Runnable::run);
    }

    @Override
    public synchronized boolean awaitNobody(Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        try {
            for (long left = most.toNanos(); left > 0 && !audiences.isEmpty(); left = deadline
                    - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        return audiences.isEmpty();
    }
}
