package org.fdbox.client;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;

/// The calls over one connection, whichever client and thread they come from: each has the connection to itself until its
/// last reply is read. The lock is this object's own, for who needs several calls in a row.
final class Calls implements AutoCloseable {

    private final Connection connection;

    /// @param connection belongs to this from now on
    Calls(Connection connection) {
        this.connection = connection;
    }

    /// What is made of a reply and of the descriptors that came with it.
    interface Reading<T> {
        /// @param received closed afterwards, with the descriptors that were not taken
        T of(Connection.Received received) throws ConnectionLostException;
    }

    /// One reply, without descriptors.
    Reply call(Request request) throws Refused, IOException {
        return call(request, List.of());
    }

    /// @param descriptors stay the caller's
    Reply call(Request request, List<OwnedFd> descriptors) throws Refused, IOException {
        return exchange(request, descriptors, Connection.Received::reply);
    }

    /// One reply, read before the next call begins.
    <T> T exchange(Request request, Reading<T> reading) throws Refused, IOException {
        return exchange(request, List.of(), reading);
    }

    private synchronized <T> T exchange(Request request, List<OwnedFd> descriptors, Reading<T> reading)
            throws Refused, IOException {
        Call call = Call.of(request);
        connection.send(call, descriptors);
        try (Connection.Received received = connection.receive(call)) {
            return reading.of(received);
        }
    }

    /// Several replies to one call. Whoever leaves before the last one leaves the connection of no more use.
    ///
    /// @param each told of every reply, on the calling thread
    /// @return the last one
    synchronized Reply stream(Request request, Consumer<Reply> each) throws Refused, IOException {
        var call = new Call(request, true, false);
        connection.send(call, List.of());
        boolean whole = false;
        try {
            while (true) {
                try (Connection.Received received = connection.receive(call)) {
                    whole = !received.continues();
                    each.accept(received.reply());
                    if (whole) {
                        return received.reply();
                    }
                }
            }
        } catch (Refused refused) {
            whole = true;
            throw refused;
        } finally {
            if (!whole) {
                connection.abandon();
            }
        }
    }

    /// Replies without an end: the connection is the handler's from now on.
    synchronized HandlerRegistration register(String compatible) throws Refused, IOException {
        return HandlerRegistration.begin(connection, compatible);
    }

    /// The same for what happens in the daemon.
    synchronized Watch watch(Request.Monitor request) throws Refused, IOException {
        return Watch.begin(this, connection, request);
    }

    /// Ends the connection. Who waits in a call is woken first, because it has the lock.
    @Override
    public void close() {
        if (connection.end()) {
            synchronized (this) {
                connection.close();
            }
        }
    }
}
