package org.fdbox.client;

import java.util.List;
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

/// One connection: sends calls and reads their replies, one call at a time. Not thread-safe.
final class Connection implements AutoCloseable {

    private static final int MOST_REPLY_BYTES = 64 << 20;

    private final OwnedFd socket;
    private final Courier courier = Courier.blocking();
    private final FrameReader reader = new FrameReader(MOST_REPLY_BYTES);

    Connection(OwnedFd socket) {
        this.socket = socket;
    }

    /// A reply and the descriptors that came with it, which are closed with this unless somebody takes them.
    record Received(Reply reply, boolean continues, Frame frame) implements AutoCloseable {

        /// Each one once.
        OwnedFd take(int index) throws ConnectionLostException {
            List<OwnedFd> descriptors = frame.descriptors();
            if (index < 0 || index >= descriptors.size() || !descriptors.get(index).isOpen()) {
                String hint = frame.truncated() ? "; this process has too few free descriptor numbers" : "";
                throw new ConnectionLostException("the reply names descriptor " + index + " and brought "
                        + descriptors.size() + hint, null);
            }
            return descriptors.get(index).take();
        }

        @Override
        public void close() {
            frame.close();
        }
    }

    /// Sends a call; its replies are to be read next.
    ///
    /// @param descriptors stay the caller's
    void send(Call call, List<OwnedFd> descriptors) throws ConnectionLostException {
        if (!socket.isOpen()) {
            throw new ConnectionLostException("this client is closed", null);
        }
        byte[] bytes = Codec.encodeCall(call);
        List<OwnedFd> carried = descriptors;
        try {
            for (int sent = 0; sent < bytes.length;) {
                int count = courier.send(socket, bytes, sent, carried);
                if (count == 0) {
                    throw new ConnectionLostException("somebody made the socket non-blocking", null);
                }
                sent += count;
                carried = List.of();
            }
        } catch (SystemCallException broken) {
            throw new ConnectionLostException("the daemon broke off: " + broken.getMessage(), broken);
        }
    }

    /// Waits for the next reply.
    ///
    /// @return closed by the caller
    Received receive(Call call) throws Refused, ConnectionLostException {
        Frame frame = nextFrame();
        try {
            Codec.Answer answer = Codec.decodeReply(call.request(), frame.bytes());
            Received received = new Received(answer.reply(), answer.continues(), frame);
            frame = null;
            return received;
        } catch (Malformed bad) {
            throw new ConnectionLostException(bad.getMessage(), bad);
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
                    case NOTHING ->
                        throw new ConnectionLostException("somebody made the socket non-blocking", null);
                    case END ->
                        throw new ConnectionLostException("the daemon broke off before it answered", null);
                }
                frame = reader.next();
            }
            return frame;
        } catch (SystemCallException | FrameReader.TooLong broken) {
            throw new ConnectionLostException("the daemon broke off: " + broken.getMessage(), broken);
        }
    }

    @Override
    public void close() {
        if (socket.isOpen()) {
            reader.close();
            courier.close();
            socket.close();
        }
    }
}
