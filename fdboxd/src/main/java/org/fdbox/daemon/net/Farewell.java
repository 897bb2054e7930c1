package org.fdbox.daemon.net;

import java.util.ArrayList;
import java.util.List;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.UnixSocket;

/// Connections that have ended on our side, of clients that did not read all the descriptors they were sent, and still could. As
/// long as they could, these are in flight and count, and so does the connection. Only on the thread of its loop.
final class Farewell {

    private final Unread unread;
    private final Closer closer;
    private final Intake intake;
    private final List<Parting> kept = new ArrayList<>();

    private record Parting(int uid, OwnedFd socket, Unread.Ledger ledger) {}

    Farewell(Unread unread, Closer closer, Intake intake) {
        this.unread = unread;
        this.closer = closer;
        this.intake = intake;
    }

    /// Closes a connection, at once if the client has read all.
    ///
    /// @param socket belongs to this from now on
    /// @param drained whether nothing of what the client sent is left in it
    void begin(int uid, OwnedFd socket, Unread.Ledger ledger, boolean drained) {
        if (unread.isUnread(ledger)) {
            UnixSocket.shutdown(socket);
            kept.add(new Parting(uid, socket, ledger));
        } else if (drained) {
            socket.close();
            intake.disconnect(uid);
        } else {
            // Messages that nobody read may hold descriptors, which the kernel closes with the socket.
            closer.close(uid, socket, () -> intake.disconnect(uid));
        }
    }

    boolean isWaiting() {
        return !kept.isEmpty();
    }

    /// Closes those whose clients have read all, or are gone.
    void look() {
        kept.removeIf(parting -> {
            boolean over = !unread.isUnread(parting.ledger());
            if (over) {
                end(parting);
            }
            return over;
        });
    }

    private void end(Parting parting) {
        unread.end(parting.ledger());
        closer.close(parting.uid(), parting.socket(), () -> intake.disconnect(parting.uid()));
    }

    /// The daemon ends.
    void endAll() {
        kept.forEach(this::end);
        kept.clear();
    }
}
