package org.fdbox.daemon.dispatch;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.fdbox.daemon.box.BoxHandle;
import org.fdbox.daemon.box.Parcel;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;

/// What becomes of a request.
public sealed interface Answer {

    /// The reply, and the descriptors that go with it.
    ///
    /// @param handout told by whoever sends it whether it was sent
    record Final(Reply reply, Optional<Parcel> handout) implements Answer {}

    /// One of several replies.
    ///
    /// @param next done once this one has left
    record Page(Reply reply, Work next) implements Answer {}

    /// A handle, for which a connection is to be made.
    record Opened(BoxHandle handle) implements Answer {}

    /// What a registered handler said of entries was noted; the reply is empty.
    ///
    /// @param entries "box/name" each
    record Restored(List<String> entries) implements Answer {}

    /// Replies that come one by one, until the connection ends.
    record Stream(ReplyStream replies) implements Answer {}

    /// The answer takes a thread that may block.
    record Later(Work work) implements Answer {}

    /// No answer from here: the connection leaves its loop, and somebody else speaks on it.
    ///
    /// @param to gets it, on the loop's thread, and must not wait
    record Handed(Consumer<Line> to) implements Answer {}

    /// A connection that no loop serves, with what was read from it and not served yet. It counts for its user, and has its
    /// leases, until it is closed.
    ///
    /// @param socket blocking
    /// @param reader with what arrived behind the request, to go on with
    /// @param over run once it is closed
    record Line(OwnedFd socket, FrameReader reader, Runnable over) implements AutoCloseable {
        @Override
        public void close() {
            reader.close();
            socket.close();
            over.run();
        }
    }

    /// No answer: the connection ends.
    record End() implements Answer {}

    /// Something that may block. Either of its methods is called, once.
    interface Work {
        Answer get() throws Refused;

        /// Nobody wants it any more.
        default void abandon() {}

        /// What becomes of it if everybody is suspended meanwhile.
        default Meanwhile meanwhile() {
            return Meanwhile.AWAITED;
        }
    }

    /// What becomes of work that is under way when all connections are suspended, so that another process can go on with them.
    enum Meanwhile {
        /// It ends soon, and that is waited for.
        AWAITED,
        /// Nothing has happened yet that counts: it is abandoned, and its request is served once more.
        REPEATED,
        /// It is what suspends everybody: the other process answers, or, if there will be none, this work.
        ANSWERED_BY_SUCCESSOR
    }

    /// Nobody will see it: undoes what waits for that.
    default void abandon() {
        switch (this) {
            case Final(_, var handout) -> handout.ifPresent(Parcel::failed);
            case Page(_, var next) -> next.abandon();
            case Opened(var handle) -> handle.close();
            case Stream(var replies) -> replies.end();
            case Later(var work) -> work.abandon();
            case Restored _, Handed _, End _ -> {
                // Nothing was made.
            }
        }
    }

    static Final of(Reply reply) {
        return new Final(reply, Optional.empty());
    }

    static Answer done() {
        return of(new Reply.Done());
    }

    static Answer of(Reply reply, Parcel handout) {
        return new Final(reply, Optional.of(handout));
    }
}
