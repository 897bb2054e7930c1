package org.fdbox.client;

import java.io.IOException;
import java.util.List;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;

/// What happens in a daemon, told one by one until this is closed. Whoever reads too slowly is told how many it missed, and whoever
/// reads nothing for long is cut off.
public final class Watch implements AutoCloseable {

    private final Calls calls;
    private final Connection connection;
    private final Call call;
    /// Read already, and not given to anybody yet.
    private Reply.Happened ready;

    private Watch(Calls calls, Connection connection, Call call) {
        this.calls = calls;
        this.connection = connection;
        this.call = call;
    }

    /// @param calls whose connection it is; the caller has it to itself
    static Watch begin(Calls calls, Connection connection, Request.Monitor request)
            throws Refused, IOException {
        var watch = new Watch(calls, connection, new Call(request, true, false));
        connection.send(watch.call, List.of());
        watch.ready = watch.receive();
        return watch;
    }

    /// Waits for the next event, for as long as it takes. The first is "ready", and is there: whatever happened since this watch was
    /// made is told.
    ///
    /// @throws ConnectionLostException if the daemon ends, or another thread closes this
    public Reply.Happened next() throws Refused, IOException {
        // As every call of the client, so that closing waits until nobody reads.
        synchronized (calls) {
            if (ready != null) {
                Reply.Happened first = ready;
                ready = null;
                return first;
            }
            return receive();
        }
    }

    private Reply.Happened receive() throws Refused, IOException {
        try (Connection.Received received = connection.receive(call)) {
            return (Reply.Happened) received.reply();
        }
    }

    /// Watches no longer. For any thread.
    @Override
    public void close() {
        calls.close();
    }
}
