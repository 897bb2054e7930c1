package org.fdbox.daemon.dispatch;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import org.fdbox.daemon.box.Parcel;
import org.fdbox.protocol.Reply;

/// Replies to one call that come when somebody has them, and end only with the connection. Any thread pushes; the connection
/// takes them in order, the next when the last has left, and reads no other request meanwhile. Bounded: who is
/// told that there is no room says what becomes of the rest.
public final class ReplyStream {

    private static final Runnable SLEEP = () -> {};

    private final int most;
    private final Runnable ended;
    private final Queue<Item> waiting = new ArrayDeque<>();
    private Runnable wake = SLEEP;
    private boolean over;

    /// @param late asked for the reply once, when it is its turn to be sent
    /// @param parcel told whether it was sent; empty if no descriptors go with the reply
    public record Item(Supplier<? extends Reply> late, Optional<Parcel> parcel) {
        public Reply reply() {
            return late.get();
        }

        /// It goes nowhere.
        public void abandon() {
            parcel.ifPresent(Parcel::failed);
        }
    }

    /// @param most how many replies may wait
    /// @param ended told once, on the connection's thread, that nobody reads any more
    public ReplyStream(int most, Runnable ended) {
        this.most = most;
        this.ended = ended;
    }

    // Whoever has something to say

    /// @param parcel belongs to the stream if this answers true, and is the caller's else
    /// @return whether there was room, and somebody who reads
    public boolean push(Reply reply, Optional<Parcel> parcel) {
        Optional<Runnable> waker = add(new Item(() -> reply, parcel));
        waker.ifPresent(Runnable::run);
        return waker.isPresent();
    }

    /// The first half of a push, for whoever has a lock meanwhile: waking takes a system call.
    ///
    /// @param item its parcel belongs to the stream if this answers anything, and is the caller's else
    /// @return to be run soon; empty if there is no room, or nobody who reads
    synchronized Optional<Runnable> add(Item item) {
        if (over || waiting.size() >= most) {
            return Optional.empty();
        }
        waiting.add(item);
        return Optional.of(takeWaker());
    }

    /// How many wait to be sent.
    synchronized int waiting() {
        return waiting.size();
    }

    // The connection

    /// @param waker run once, as soon as a reply waits, on any thread
    public void whenReady(Runnable waker) {
        Runnable now;
        synchronized (this) {
            wake = waker;
            now = waiting.isEmpty() ? SLEEP : takeWaker();
        }
        now.run();
    }

    private Runnable takeWaker() {
        Runnable waker = wake;
        wake = SLEEP;
        return waker;
    }

    /// The next reply, after it was said that one waits.
    public synchronized Item poll() {
        return waiting.remove();
    }

    /// Nobody reads any more: what waits goes nowhere.
    public void end() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        // Nothing is added any more.
        waiting.forEach(Item::abandon);
        waiting.clear();
        ended.run();
    }
}
