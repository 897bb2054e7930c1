package org.fdbox.daemon.net;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Malformed;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;

/// A client's end, which sends and reads when the test says so.
final class Peer implements AutoCloseable {

    private final OwnedFd socket;
    private final Courier courier = Courier.blocking();
    private final FrameReader reader = new FrameReader(64 << 20);

    /// @param socket belongs to this; blocking
    Peer(OwnedFd socket) {
        this.socket = socket;
    }

    /// A reply and what came with it.
    record Received(Reply reply, boolean continues, List<OwnedFd> descriptors) implements AutoCloseable {
        @Override
        public void close() {
            descriptors.forEach(OwnedFd::close);
        }
    }

    OwnedFd socket() {
        return socket;
    }

    /// @param descriptors stay the caller's
    void send(Request request, OwnedFd... descriptors) {
        send(Call.of(request), descriptors);
    }

    /// A call that takes several replies.
    void sendMore(Request request) {
        send(new Call(request, true, false));
    }

    private void send(Call call, OwnedFd... descriptors) {
        send(Codec.encodeCall(call), descriptors);
    }

    void send(byte[] bytes, OwnedFd... descriptors) {
        List<OwnedFd> carried = Arrays.asList(descriptors);
        for (int sent = 0; sent < bytes.length; carried = List.of()) {
            sent += courier.send(socket, bytes, sent, carried);
        }
    }

    void send(String text) {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    Reply call(Request request, OwnedFd... descriptors) throws Exception {
        send(request, descriptors);
        return reply(request);
    }

    /// The next reply, which must bring no descriptors.
    Reply reply(Request request) throws Exception {
        try (Received received = receive(request)) {
            if (!received.descriptors().isEmpty()) {
                throw new AssertionError("descriptors came with " + received.reply());
            }
            return received.reply();
        }
    }

    Received receive(Request request) throws Exception {
        Frame frame = next();
        if (frame == null) {
            throw new AssertionError("the connection ended");
        }
        return decoded(request, frame);
    }

    private static Received decoded(Request request, Frame frame) throws Refused, Malformed {
        try {
            Codec.Answer answer = Codec.decodeReply(request, frame.bytes());
            return new Received(answer.reply(), answer.continues(), frame.descriptors());
        } catch (Refused | Malformed other) {
            frame.close();
            throw other;
        }
    }

    /// Whether nothing has been sent to it that it has not read.
    boolean hasNothing() throws Exception {
        try (Courier looking = Courier.nonBlocking()) {
            return looking.receive(socket, reader) == Courier.Arrival.NOTHING && reader.heldBytes() == 0;
        }
    }

    /// Whether the daemon has ended it, and sent nothing more.
    boolean isEnded() throws Exception {
        Frame frame = next();
        if (frame != null) {
            frame.close();
        }
        return frame == null;
    }

    private Frame next() throws FrameReader.TooLong {
        Frame frame = reader.next();
        while (frame == null && courier.receive(socket, reader) == Courier.Arrival.DATA) {
            frame = reader.next();
        }
        return frame;
    }

    @Override
    public void close() {
        reader.close();
        socket.close();
        courier.close();
    }
}
