package org.fdbox.test.support;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.fdbox.protocol.Json;
import org.fdbox.protocol.Malformed;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixAddress;
import org.fdbox.sys.UnixSocket;

/// A client that keeps no rule of the protocol by itself: it sends what it is told to, and says what came.
public final class RawClient implements AutoCloseable {

    private final OwnedFd socket;
    private final Courier courier = Courier.blocking();
    private final Courier hasty = Courier.nonBlocking();
    private final FrameReader reader = new FrameReader(64 << 20);

    private RawClient(OwnedFd socket) {
        this.socket = socket;
    }

    public static RawClient connect(DaemonProcess daemon) {
        return new RawClient(UnixSocket.connect(new UnixAddress(daemon.socket().toString())));
    }

    /// @param socket connected, for example a box handle; belongs to this object from now on
    public static RawClient over(OwnedFd socket) {
        return new RawClient(socket.take());
    }

    /// The connection; stays this object's.
    public OwnedFd socket() {
        return socket;
    }

    /// Sends all of it, the descriptors with the first byte.
    ///
    /// @param descriptors stay the caller's
    /// @throws SystemCallException EPIPE if the daemon has ended the connection
    public RawClient send(byte[] bytes, OwnedFd... descriptors) {
        List<OwnedFd> carried = List.of(descriptors);
        for (int sent = 0; sent < bytes.length;) {
            sent += courier.send(socket, bytes, sent, carried);
            carried = List.of();
        }
        return this;
    }

    /// Sends a text; '␀' in it stands for a NUL.
    public RawClient send(String text, OwnedFd... descriptors) {
        return send(text.replace('␀', '\0').getBytes(StandardCharsets.UTF_8), descriptors);
    }

    /// Sends as much of a text as the daemon wants, which may end the connection meanwhile.
    public void offer(String text) {
        try {
            send(text);
        } catch (SystemCallException ended) {
            // That is its answer.
        }
    }

    /// Sends the same message again and again, until the daemon takes no more or ends the connection.
    public void flood(String message) {
        byte[] bytes = message.replace('␀', '\0').getBytes(StandardCharsets.UTF_8);
        try {
            for (int sent = 0; sent < bytes.length;) {
                int count = hasty.send(socket, bytes, sent, List.of());
                if (count == 0) {
                    return;
                }
                sent = (sent + count) % bytes.length;
            }
        } catch (SystemCallException ended) {
            // That is its answer.
        }
    }

    /// Whether the daemon has ended the connection, found out without reading: by sending a byte, where there is room for it.
    public boolean isCutOff() {
        try {
            hasty.send(socket, new byte[]{'x'}, 0, List.of());
            return false;
        } catch (SystemCallException ended) {
            return true;
        }
    }

    /// The next message; its descriptors are closed.
    ///
    /// @throws AssertionError if the connection ends instead
    public Map<String, Object> receive() throws Malformed {
        Frame frame = next();
        if (frame == null) {
            throw new AssertionError("the daemon ended the connection");
        }
        try (frame) {
            return Json.readObject(frame.bytes());
        }
    }

    /// The next message, which must be an error.
    ///
    /// @return the last part of its name
    public String error() throws Malformed {
        Map<String, Object> reply = receive();
        if (!(reply.get("error") instanceof String error)) {
            throw new AssertionError("no error: " + reply);
        }
        return error.substring(error.lastIndexOf('.') + 1);
    }

    /// Waits for the end of the connection, whatever still comes before it.
    public void awaitEnd() {
        Frame frame = next();
        while (frame != null) {
            frame.close();
            frame = next();
        }
    }

    /// Null at the end.
    private Frame next() {
        try {
            Frame frame = reader.next();
            while (frame == null) {
                if (courier.receive(socket, reader) == Courier.Arrival.END) {
                    return null;
                }
                frame = reader.next();
            }
            return frame;
        } catch (FrameReader.TooLong tooLong) {
            throw new AssertionError(tooLong);
        }
    }

    @Override
    public void close() {
        socket.close();
        reader.close();
        courier.close();
        hasty.close();
    }
}
