package org.fdbox.daemon.net;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.Dispatcher;
import org.fdbox.daemon.dispatch.ReplyStream;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.daemon.succession.Next;
import org.fdbox.daemon.succession.SuspendedClient;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;

/// A connection that nobody serves: its record, which is all that another process would get, and what goes on with its open call in
/// this one. It can be served again, once.
final class Suspended implements AutoCloseable {

    private final SuspendedClient client;
    private final Session session;
    private final Deque<Outgoing> due = new ArrayDeque<>();
    /// Null if no call of that kind is open.
    private final ReplyStream stream;
    private final Errand errand;
    /// Null unless a request has not come to its end.
    private Exchange exchange;
    private boolean ends;

    private Suspended(SuspendedClient client, Session session, ReplyStream stream, Errand errand) {
        this.client = client;
        this.session = session;
        this.stream = stream;
        this.errand = errand;
        this.exchange = errand == null ? null : errand.exchange();
        this.ends = client.next() instanceof Next.Ends;
        client.output().forEach(outbound -> due.add(Outgoing.of(outbound)));
    }

    /// One of this process.
    ///
    /// @param stream what the client goes on being told; null if it is told nothing
    /// @param errand what it waits for; null if it waits for nothing
    static Suspended here(SuspendedClient client, Session session, ReplyStream stream, Errand errand) {
        return new Suspended(client, session, stream, errand);
    }

    /// One of another process. Its open call is open here from now on, so that nothing is lost that happens before it is served.
    ///
    /// @param upgraded what whoever called Upgrade is told
    static Suspended adopted(SuspendedClient client, Session session, Dispatcher dispatcher, Reply upgraded) {
        if (!(client.next() instanceof Next.Open call)) {
            return here(client, session, null, null);
        }
        try {
            return switch (dispatcher.goOn(call, session, upgraded)) {
                case Answer.Stream(var replies) -> here(client, session, replies, null);
                case Answer.Final whole -> {
                    Suspended answered = here(client, session, null, null).withLast(Outgoing.of(whole));
                    answered.exchange = Exchange.answered(new Request.Upgrade(), whole, session, dispatcher);
                    yield answered;
                }
                case Answer other -> throw new IllegalStateException("no call goes on with " + other);
            };
        } catch (Refused refused) {
            Suspended ending = here(client, session, null, null).withLast(Outgoing.of(refused));
            ending.ends = true;
            return ending;
        }
    }

    private Suspended withLast(Outgoing reply) {
        due.add(reply);
        return this;
    }

    SuspendedClient client() {
        return client;
    }

    Session session() {
        return session;
    }

    /// What has to leave before anything else, and was not taken yet.
    Deque<Outgoing> due() {
        return due;
    }

    /// The request that has not come to its end, if there is one.
    Optional<Exchange> exchange() {
        return Optional.ofNullable(exchange);
    }

    ReplyStream stream() {
        return stream;
    }

    Errand errand() {
        return errand;
    }

    /// Whether it is over once everything has left.
    boolean ends() {
        return ends;
    }

    /// It is served, and its client has gone before everything had left.
    void abandon() {
        due.forEach(Outgoing::abandon);
        if (errand != null) {
            errand.forget();
        }
    }

    /// Nobody here will serve it: whoever has duplicates of its descriptors does, and neither they nor the client notice this.
    @Override
    public void close() {
        client.close();
        if (errand != null) {
            errand.forget();
        }
        if (stream != null) {
            stream.end();
        }
    }
}
