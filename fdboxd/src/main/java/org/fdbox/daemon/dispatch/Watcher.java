package org.fdbox.daemon.dispatch;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.fdbox.daemon.box.Event;
import org.fdbox.daemon.succession.Next;
import org.fdbox.protocol.Happening;
import org.fdbox.protocol.Reply;

/// One call of Monitor: its replies, numbered. What there is no room for is counted by one last reply, which grows until it is its
/// turn to be sent. Guarded by the lock of [Watchers], but for the sending.
final class Watcher {

    /// Replies to one connection that does not read.
    static final int MOST_WAITING = 1024;

    private final Optional<String> box;
    private final ReplyStream replies;
    private long sequence;
    /// Waits behind everything else; null while there is room.
    private Missed missed;

    /// @param box empty: all
    /// @param sequence the first number
    /// @param source makes, for this, what its stream calls
    Watcher(Optional<String> box, long sequence, Function<Watcher, ReplyStream.Source> source) {
        this.box = box;
        this.sequence = sequence;
        // The last place is for the one that counts.
        this.replies = new ReplyStream(MOST_WAITING + 1, source.apply(this));
    }

    /// How another process goes on with it: what still waits has a number each and is told here.
    Next next() {
        return new Next.Watches(box, sequence - replies.waiting());
    }

    private static final class Missed implements Supplier<Reply> {
        private final long sequence;
        private long count = 1;
        private boolean sent;

        Missed(long sequence) {
            this.sequence = sequence;
        }

        /// Whether it is not too late to count one more.
        synchronized boolean another() {
            count += sent ? 0 : 1;
            return !sent;
        }

        @Override
        public synchronized Reply get() {
            sent = true;
            return new Reply.Happened(Happening.MISSED.word(), Optional.empty(), Optional.empty(),
                    OptionalInt.empty(), sequence, OptionalLong.of(count), OptionalLong.empty());
        }
    }

    ReplyStream replies() {
        return replies;
    }

    boolean wants(Event event) {
        return box.isEmpty() || box.get().equals(event.box());
    }

    /// @param room how many replies may wait
    /// @return to be run without the lock
    Optional<Runnable> tell(Event event, int room) {
        return tell(number -> new Reply.Happened(event.what().word(), Optional.of(event.box()), event.entry(),
                OptionalInt.of(event.uid()), number, OptionalLong.empty(), OptionalLong.empty()), room);
    }

    /// The same of what concerns the daemon as a whole.
    Optional<Runnable> tell(Happening what, OptionalLong deadlineUSec, int room) {
        return tell(number -> new Reply.Happened(what.word(), Optional.empty(), Optional.empty(),
                OptionalInt.empty(), number, OptionalLong.empty(), deadlineUSec), room);
    }

    private interface Numbered {
        Reply reply(long number);
    }

    private Optional<Runnable> tell(Numbered told, int room) {
        if (missed != null && missed.another()) {
            return Optional.empty();
        }
        missed = null;
        long number = sequence++;
        if (replies.waiting() < room) {
            return replies.add(new ReplyStream.Item(() -> told.reply(number), Optional.empty()));
        }
        missed = new Missed(number);
        return replies.add(new ReplyStream.Item(missed, Optional.empty()));
    }
}
