package org.fdbox.client;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Courier;
import org.fdbox.sys.Errno;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.SystemCallException;
import org.fdbox.sys.UnixSocket;

/// The daemon's end of a client's connection, played by a test on a thread of its own.
final class Peer implements AutoCloseable {

    private final Script script;
    private final UnixSocket.Pair pair = UnixSocket.pair();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final CountDownLatch firstCall = new CountDownLatch(1);
    private final Courier courier = Courier.blocking();
    private final FdBoxClient client = FdBoxClient.over(pair.one());
    private final Thread thread = new Thread(this::serve, "peer");
    private volatile Throwable fault;

    /// What it does when a call has arrived.
    interface Script {
        /// @param descriptors that came with it; closed afterwards
        void answer(Peer peer, Request request, List<OwnedFd> descriptors) throws Exception;
    }

    private Peer(Script script) {
        this.script = script;
        thread.start();
    }

    static Peer answering(Script script) {
        return new Peer(script);
    }

    /// Answers every call with the same text, where '|' stands for the NUL.
    static Peer saying(String text) {
        return new Peer((peer, _, _) -> peer.say(text));
    }

    private void serve() {
        try (OwnedFd socket = pair.other();
                var reader = new FrameReader(1 << 24)) {
            while (courier.receive(socket, reader) != Courier.Arrival.END) {
                for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
                    try (Frame arrived = frame) {
                        Call call = Codec.decodeCall(arrived.bytes());
                        calls.add(call);
                        firstCall.countDown();
                        script.answer(this, call.request(), arrived.descriptors());
                    }
                }
            }
        } catch (Exception | Error failed) {
            fault = failed;
        }
    }

    FdBoxClient client() {
        return client;
    }

    void reply(Reply reply, OwnedFd... descriptors) {
        send(Codec.encodeReply(reply, false), descriptors);
    }

    void replyAndContinue(Reply reply) {
        send(Codec.encodeReply(reply, true));
    }

    void refuse(Refused refused, OwnedFd... descriptors) {
        send(Codec.encodeRefusal(refused), descriptors);
    }

    void say(String text, OwnedFd... descriptors) {
        send(text.replace('|', '\0').getBytes(StandardCharsets.UTF_8), descriptors);
    }

    private void send(byte[] bytes, OwnedFd... descriptors) {
        List<OwnedFd> carried = List.of(descriptors);
        try {
            for (int sent = 0; sent < bytes.length; carried = List.of()) {
                sent += courier.send(pair.other(), bytes, sent, carried);
            }
        } catch (SystemCallException clientLeft) {
            if (clientLeft.errno() != Errno.EPIPE) {
                throw clientLeft;
            }
        }
    }

    /// Breaks off.
    void hangUp() {
        UnixSocket.shutdown(pair.other());
    }

    /// The requests that have arrived.
    List<Request> requests() {
        return calls.stream().map(Call::request).toList();
    }

    /// All that has arrived.
    List<Call> calls() {
        return calls;
    }

    void awaitCall() throws InterruptedException {
        firstCall.await();
    }

    /// Waits until the client has ended the connection.
    void awaitEnd() throws InterruptedException {
        thread.join();
    }

    @Override
    public void close() {
        client.close();
        try {
            thread.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        courier.close();
        if (fault != null) {
            throw new AssertionError("the peer failed", fault);
        }
    }
}
