package org.fdbox.daemon.net;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fdbox.daemon.box.Parcel;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.ReplyStream;
import org.fdbox.daemon.succession.SuspendedClient.Outbound;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Errno;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;

/// A reply on its way out, with the descriptors that go with its first byte, and what is to be done once it has left.
final class Outgoing {

    /// How far it has come.
    enum Progress {
        SENT,
        /// The socket takes no more for now.
        WAITS,
        /// Somebody does not read descriptors that were sent to it, and the kernel lets no more into flight.
        TOO_MANY_IN_FLIGHT,
        PEER_GONE
    }

    private byte[] bytes;
    private Answer.Work next;
    private Parcel parcel;
    private int sent;
    private boolean replaced;
    private boolean lost;
    /// Null where it is a reply.
    private Refused refused;

    static Outgoing of(Refused refused) {
        var error = new Outgoing(Codec.encodeRefusal(refused), null, null);
        error.refused = refused;
        return error;
    }

    static Outgoing done() {
        return new Outgoing(Codec.encodeReply(new Reply.Done(), false), null, null);
    }

    static Outgoing of(Answer.Final answer) {
        return new Outgoing(encoded(answer::abandon, answer.reply(), false), answer.handout().orElse(null),
                null);
    }

    static Outgoing of(Answer.Page answer) {
        return new Outgoing(encoded(answer::abandon, answer.reply(), true), null, answer.next());
    }

    /// One of a stream.
    static Outgoing of(ReplyStream.Item item) {
        return new Outgoing(encoded(item::abandon, item.reply(), true), item.parcel().orElse(null), null);
    }

    /// What was due before its connection was suspended, here or in another process.
    ///
    /// @param due its descriptors belong to this from now on
    static Outgoing of(Outbound due) {
        return new Outgoing(due.bytes(), due.descriptors().isEmpty() ? null : new Rest(due.descriptors()),
                null);
    }

    /// Descriptors that nobody else has here.
    private record Rest(List<OwnedFd> descriptors) implements Parcel {
        @Override
        public void sent() {
            descriptors.forEach(OwnedFd::close);
        }

        @Override
        public void failed() {
            sent();
        }
    }

    private static byte[] encoded(Runnable abandon, Reply reply, boolean continues) {
        try {
            return Codec.encodeReply(reply, continues);
        } catch (RuntimeException fault) {
            abandon.run();
            throw fault;
        }
    }

    /// @param parcel told whether it was sent; null where no descriptors go
    /// @param next null where nothing follows
    private Outgoing(byte[] bytes, Parcel parcel, Answer.Work next) {
        this.bytes = bytes;
        this.parcel = parcel;
        this.next = next;
    }

    /// How many descriptors it still has to bring.
    int descriptors() {
        return parcel == null ? 0 : parcel.descriptors().size();
    }

    /// Sends as much as the socket takes.
    ///
    /// @param ledger told of descriptors that left
    Progress send(Courier courier, OwnedFd socket, Unread.Ledger ledger) {
        try {
            while (sent < bytes.length) {
                int count = courier.send(socket, bytes, sent,
                        parcel == null ? List.of() : parcel.descriptors());
                if (count == 0) {
                    return Progress.WAITS;
                }
                sent += count;
                if (parcel != null) {
                    ledger.sent(parcel.descriptors().size(), count);
                    parcel.sent();
                    parcel = null;
                }
            }
            return Progress.SENT;
        } catch (SystemCallException failed) {
            boolean full = failed.errno() == Errno.ETOOMANYREFS && parcel != null;
            return full ? Progress.TOO_MANY_IN_FLIGHT : Progress.PEER_GONE;
        }
    }

    /// Becomes an error, as long as nothing of it has left.
    void replace(Refused refused) {
        abandon();
        this.refused = refused;
        bytes = Codec.encodeRefusal(refused);
        next = null;
        replaced = true;
    }

    /// Whether an error goes where a reply should have.
    boolean isReplaced() {
        return replaced;
    }

    /// What it says, if it is an error.
    Optional<Refused> refused() {
        return Optional.ofNullable(refused);
    }

    /// Whether it was abandoned with descriptors that had not left.
    boolean isLost() {
        return lost;
    }

    byte[] bytes() {
        return bytes;
    }

    /// What follows, or null.
    Answer.Work next() {
        return next;
    }

    /// Whether it hands out something of which nothing has left.
    boolean handsOut() {
        return parcel != null;
    }

    /// What has not left, for another to send; nothing is sent from here any more. Its descriptors must be nobody else's.
    Outbound rest() {
        List<OwnedFd> descriptors = List.of();
        if (parcel != null) {
            descriptors = parcel.descriptors().stream().map(OwnedFd::take).toList();
            parcel.sent();
            parcel = null;
        }
        return new Outbound(Arrays.copyOfRange(bytes, sent, bytes.length), descriptors);
    }

    /// This and then another one, which brings no descriptors.
    Outgoing followedBy(Outgoing other) {
        byte[] both = Arrays.copyOfRange(bytes, sent, bytes.length + other.bytes.length);
        System.arraycopy(other.bytes, 0, both, bytes.length - sent, other.bytes.length);
        return new Outgoing(both, parcel, other.next);
    }

    /// Takes out what follows, if it is to be awaited when everybody is suspended; else null.
    Answer.Work takeAwaited() {
        if (next == null || next.meanwhile() != Answer.Meanwhile.AWAITED) {
            return null;
        }
        Answer.Work awaited = next;
        next = null;
        return awaited;
    }

    /// It goes no further: descriptors that did not leave stay where they are, and nothing follows.
    void abandon() {
        if (parcel != null) {
            parcel.failed();
            parcel = null;
            lost = true;
        }
        if (next != null) {
            next.abandon();
        }
    }
}
