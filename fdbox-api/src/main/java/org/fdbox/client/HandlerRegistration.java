package org.fdbox.client;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;

/// Being the handler of a `compatible`, until this is closed or the process ends. Entries that were asked for and not answered
/// by then wait for the next handler. For one thread.
public final class HandlerRegistration implements AutoCloseable {

    private final Connection connection;
    private final Call call;

    /// @param connection belongs to this from now on
    private HandlerRegistration(Connection connection, Call call) {
        this.connection = connection;
        this.call = call;
    }

    static HandlerRegistration begin(Connection connection, String compatible) throws Refused, IOException {
        var registration = new HandlerRegistration(
                connection, new Call(new Request.RegisterHandler(compatible), true, false));
        connection.send(registration.call, List.of());
        // The first reply asks nothing.
        connection.receive(registration.call).close();
        return registration;
    }

    /// A pending entry to be made again. Closing it closes the payload, unless somebody took it.
    ///
    /// @param id for [HandoverClient#restored] or [HandoverClient#notRestored], on another client of the same user
    /// @param entry where it is, and its properties
    /// @param payload the contents that were saved, for reading, already verified; empty if there are none
    public record ToRestore(String id, Reply.WantedEntry entry, Optional<OwnedFd> payload)
            implements
            AutoCloseable {
        @Override
        public void close() {
            payload.ifPresent(OwnedFd::close);
        }
    }

    /// Waits for the next entry, for as long as it takes.
    ///
    /// @return closed by the caller
    /// @throws ConnectionLostException if the daemon ends
    public ToRestore next() throws Refused, IOException {
        while (true) {
            try (Connection.Received received = connection.receive(call)) {
                Optional<Reply.WantedEntry> wanted = ((Reply.ToRestore) received.reply()).wanted();
                if (wanted.isPresent()) {
                    return toRestore(wanted.get(), received);
                }
            }
        }
    }

    private static ToRestore toRestore(Reply.WantedEntry entry, Connection.Received received)
            throws ConnectionLostException {
        Optional<OwnedFd> payload = entry.fileDescriptor().isPresent()
                ? Optional.of(received.take(entry.fileDescriptor().getAsInt()))
                : Optional.empty();
        return new ToRestore(entry.request(), entry, payload);
    }

    /// Is the handler no longer.
    @Override
    public void close() {
        if (connection.end()) {
            connection.close();
        }
    }
}
