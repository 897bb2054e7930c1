package org.fdbox.client;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixSocket;

/// One connection: sends calls and reads their replies, one call at a time. Not thread-safe, but for [#end()].
///
/// Once something came that was not asked for, or nothing more can come, the connection is lost: the daemon is told by its
/// end, and each later call fails at once. The socket itself stays open until [#close()], so that its number is nobody
/// else's when [#end()] is called.
final class Connection implements AutoCloseable {

    private static final int MOST_REPLY_BYTES = 64 << 20;

    private final OwnedFd socket;
    private final boolean shared;
    private final Courier courier = Courier.blocking();
    private final FrameReader reader = new FrameReader(MOST_REPLY_BYTES);
    private final AtomicBoolean ended = new AtomicBoolean();
    private boolean lost;
    private boolean continuing;

    /// @param socket belongs to this from now on
    /// @param shared whether others go on with it when this is closed
    Connection(OwnedFd socket, boolean shared) {
        this.socket = socket;
        this.shared = shared;
    }

    /// A reply and the descriptors that came with it, which are closed with this unless somebody takes them.
    final class Received implements AutoCloseable {

        private final Codec.Answer answer;
        private final Frame frame;

        private Received(Codec.Answer answer, Frame frame) {
            this.answer = answer;
            this.frame = frame;
        }

        Reply reply() {
            return answer.reply();
        }

        boolean continues() {
            return answer.continues();
        }

        /// Each one once.
        OwnedFd take(int index) throws ConnectionLostException {
            List<OwnedFd> descriptors = frame.descriptors();
            if (index < 0 || index >= descriptors.size() || !descriptors.get(index).isOpen()) {
                String hint = frame.truncated() ? "; this process has too few free descriptor numbers" : "";
                throw lost(
                        "the reply names descriptor " + index + " and brought " + descriptors.size() + hint,
                        null);
            }
            return descriptors.get(index).take();
        }

        /// Gives the connection up, because this is not what was asked for.
        ///
        /// @return for the caller to throw
        ConnectionLostException wrong(String message) {
            return lost(message, null);
        }

        @Override
        public void close() {
            frame.close();
        }
    }

    /// Sends a call; its replies are to be read next.
    ///
    /// @param descriptors stay the caller's
    /// @throws IllegalStateException if not all replies to the last call were read
    void send(Call call, List<OwnedFd> descriptors) throws ConnectionLostException {
        requireUsable();
        if (continuing) {
            throw new IllegalStateException(
                    "the call before this one is not over: its replies are being read");
        }
        if (reader.heldBytes() > 0) {
            throw lost("the daemon sent a reply that nobody had asked for", null);
        }
        byte[] bytes = Codec.encodeCall(call);
        List<OwnedFd> carried = descriptors;
        try {
            for (int sent = 0; sent < bytes.length;) {
                int count = courier.send(socket, bytes, sent, carried);
                if (count == 0) {
                    throw lost("somebody made the socket non-blocking", null);
                }
                sent += count;
                carried = List.of();
            }
        } catch (SystemCallException broken) {
            throw lost(unlessClosed("the daemon broke off: " + broken.getMessage()), broken);
        }
    }

    /// Waits for the next reply.
    ///
    /// @return closed by the caller
    Received receive(Call call) throws Refused, ConnectionLostException {
        requireUsable();
        Frame frame = nextFrame();
        try {
            continuing = false;
            Codec.Answer answer = Codec.decodeReply(call.request(), frame.bytes());
            if (answer.continues() && !call.more()) {
                throw lost("the daemon has more to say than the one reply that was asked for", null);
            }
            continuing = answer.continues();
            var received = new Received(answer, frame);
            frame = null;
            return received;
        } catch (Malformed bad) {
            throw lost(bad.getMessage(), bad);
        } finally {
            if (frame != null) {
                frame.close();
            }
        }
    }

    private Frame nextFrame() throws ConnectionLostException {
        try {
            Frame frame = reader.next();
            while (frame == null) {
                switch (courier.receive(socket, reader)) {
                    case DATA -> {
                        // Perhaps a whole message.
                    }
                    case NOTHING -> throw lost("somebody made the socket non-blocking", null);
                    case END -> throw lost(unlessClosed("the daemon broke off before it answered"), null);
                }
                frame = reader.next();
            }
            return frame;
        } catch (SystemCallException | FrameReader.TooLong broken) {
            throw lost(unlessClosed("the daemon broke off: " + broken.getMessage()), broken);
        }
    }

    private void requireUsable() throws ConnectionLostException {
        if (lost || ended.get()) {
            throw new ConnectionLostException(
                    ended.get() ? "this client is closed" : "the connection was lost before; connect anew",
                    null);
        }
    }

    private String unlessClosed(String reason) {
        return ended.get() ? "this client was closed before the daemon answered" : reason;
    }

    /// Gives the connection up.
    ///
    /// @return for the caller to throw
    private ConnectionLostException lost(String message, Throwable cause) {
        abandon();
        return new ConnectionLostException(message, cause);
    }

    /// Ends the connection, whose leases return to their boxes.
    void abandon() {
        lost = true;
        continuing = false;
        if (socket.isOpen()) {
            reader.close();
            UnixSocket.shutdown(socket);
        }
    }

    /// Ends the connection under whoever waits in it. For any thread.
    ///
    /// @return whether this was the first call, whose caller is the one to close this
    boolean end() {
        boolean first = ended.compareAndSet(false, true);
        if (first && !shared) {
            UnixSocket.shutdown(socket);
        }
        return first;
    }

    /// When nobody is waiting.
    @Override
    public void close() {
        reader.close();
        courier.close();
        socket.close();
    }
}
