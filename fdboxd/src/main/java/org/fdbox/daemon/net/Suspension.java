package org.fdbox.daemon.net;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.fdbox.daemon.dispatch.ReplyStream;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.daemon.succession.Next;
import org.fdbox.daemon.succession.SuspendedClient;
import org.fdbox.daemon.succession.SuspendedClient.Outbound;
import org.fdbox.sys.Frame;
import org.fdbox.sys.FrameReader;
import org.fdbox.sys.OwnedFd;

/// Takes one connection apart. Only on the thread of its loop, and in this order: what is being sent, what is still due, what is
/// being worked on, what is told without end.
final class Suspension {

    private final Session session;
    private final ClientSocket socket;
    private final List<Frame> input = new ArrayList<>();
    /// The last of the output, which may grow, and the descriptors that go with it.
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private List<OwnedFd> descriptors = List.of();
    private final List<Outbound> output = new ArrayList<>();
    private Next next = new Next.Reads();
    private Errand errand;
    private ReplyStream stream;

    Suspension(Session session, ClientSocket socket) {
        this.session = session;
        this.socket = socket;
    }

    /// A reply that has not left, or not wholly. Where it hands something out and nothing has left, it is as if it was not made.
    ///
    /// @param one whether it is one of a stream, and its descriptors are nobody else's
    void reply(Outgoing reply, Exchange exchange, boolean one) {
        if (reply.handsOut() && !one) {
            reply.abandon();
            repeat(exchange);
            return;
        }
        add(reply.rest());
        if (reply.next() != null) {
            reply.next().abandon();
            repeat(exchange);
        }
    }

    /// What was due from before it was suspended the last time.
    void due(Suspended before) {
        for (Outgoing reply : before.due()) {
            add(reply.rest());
        }
        if (before.ends()) {
            next = new Next.Ends();
        } else if (before.errand() != null) {
            await(before.errand());
        }
    }

    /// @param unheard whether its client is gone
    void work(Errand underWay, boolean unheard) {
        Exchange exchange = underWay.exchange();
        if (unheard) {
            underWay.forget();
            return;
        }
        switch (underWay.meanwhile()) {
            case AWAITED -> throw new IllegalStateException("it is still being worked on");
            case REPEATED -> {
                underWay.forget();
                repeat(exchange);
            }
            case ANSWERED_BY_SUCCESSOR -> {
                if (exchange.isSilent()) {
                    underWay.forget();
                } else {
                    await(underWay);
                }
            }
        }
    }

    private void await(Errand underWay) {
        underWay.hold();
        errand = underWay;
        next = new Next.Upgrades();
    }

    /// Whether a request is still being worked on afterwards, and so not at its end.
    boolean goesOn(Exchange exchange) {
        return errand != null && errand.exchange() == exchange;
    }

    private void repeat(Exchange exchange) {
        input.add(exchange.takeBack());
    }

    void stream(ReplyStream replies) {
        stream = replies;
        ReplyStream.Rest rest = replies.suspend();
        rest.items().forEach(item -> add(Outgoing.of(item).rest()));
        next = rest.next();
    }

    /// It is over once everything has left.
    void ends() {
        next = new Next.Ends();
    }

    /// What brings no descriptors goes with what is before it.
    private void add(Outbound more) {
        if (!more.descriptors().isEmpty()) {
            flush();
            descriptors = more.descriptors();
        }
        bytes.writeBytes(more.bytes());
    }

    private void flush() {
        if (bytes.size() > 0) {
            output.add(new Outbound(bytes.toByteArray(), descriptors));
            bytes.reset();
            descriptors = List.of();
        }
    }

    /// The whole. Nothing counts for anybody until it is served again.
    Suspended end() {
        flush();
        List<SuspendedClient.Unread> unread = socket.unread();
        FrameReader reader = socket.release();
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            input.add(frame);
        }
        var client = new SuspendedClient(socket.socket(), session.caller(), socket.inodes(), session.leases(),
                List.copyOf(input), reader.unfinished(), List.copyOf(output), next, unread);
        return Suspended.here(client, session, stream, errand);
    }
}
