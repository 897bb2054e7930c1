package org.fdbox.daemon.dispatch;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import org.fdbox.daemon.box.Parcel;
import org.fdbox.daemon.succession.Next;
import org.fdbox.protocol.Reply;

/// Replies to one call that come when somebody has them, and end only with the connection. Any thread pushes; the connection
/// takes them in order, the next when the last has left, and reads no other request meanwhile. Bounded: who is
/// told that there is no room says what becomes of the rest.
public final class ReplyStream {

    private static final Runnable SLEEP = () -> {};

    private final int most;
    private final Source source;
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

    /// Where they come from. Called on the connection's thread.
    public interface Source {

        /// Nobody reads any more. Called once.
        void ended();

        /// Pushes what is due by now, and asks nothing of the client before [#resume].
        default void pause() {}

        /// Goes on.
        default void resume() {}

        /// What another process needs to go on, when what was pushed before [#pause] has been taken out.
        default Next next() {
            return new Next.Ends();
        }
    }

    /// All that waited, and how it goes on.
    ///
    /// @param items in their order; their parcels belong to the receiver
    public record Rest(List<Item> items, Next next) {}

    /// @param most how many replies may wait
    public ReplyStream(int most, Source source) {
        this.most = most;
        this.source = source;
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

    /// Takes out all that waits, and has nothing asked. What is pushed from now on waits until [#resume], and nobody is woken.
    public Rest suspend() {
        source.pause();
        List<Item> items;
        synchronized (this) {
            wake = SLEEP;
            items = List.copyOf(waiting);
            waiting.clear();
        }
        return new Rest(items, source.next());
    }

    /// Goes on after [#suspend].
    public void resume() {
        source.resume();
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
        source.ended();
    }
}
