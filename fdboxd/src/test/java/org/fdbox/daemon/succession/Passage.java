package org.fdbox.daemon.succession;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.fdbox.daemon.box.Boxes;
import org.fdbox.daemon.box.Content;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Events;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.protocol.Codec;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.fdbox.sys.UnixSocket;

/// A way for items from one end of a socket to the other, and boxes at both.
final class Passage implements AutoCloseable {

    static final Content.Kind KIND = new Content.Kind("test,kind-v1", "kind", Survival.CONTENTS, null, false);

    final Relay relay = new Relay();
    final Boxes here = boxes(relay);
    final Boxes there = boxes(new Relay());
    private final Link sender;
    private final Link receiver;

    Passage() {
        try (UnixSocket.Pair pair = UnixSocket.pair()) {
            sender = new Link(pair.one());
            receiver = new Link(pair.other());
        }
    }

    private static Boxes boxes(Relay relay) {
        return Boxes.empty(Allowing.entries(100, 1000), new DescriptorBudget(10_000, 0),
                (held, _, closed) -> {
                    held.fd().close();
                    closed.run();
                }, Events.NONE, InstantSource.fixed(Instant.ofEpochSecond(7)), relay);
    }

    static Entry entry(String name, PeerCredentials who, OwnedFd fd) {
        return new Entry(name, new Content.Held(fd, KIND), who, 1);
    }

    /// Sends items over, in as many parts as it takes.
    void send(List<Item> items, Estate.Sink sink) throws Exception {
        var parts = new Parts(sender, 1, Link.SOON);
        Thread sending = Thread.ofPlatform().start(() -> {
            try {
                parts.add(items);
                parts.end();
            } catch (Broken broken) {
                throw new IllegalStateException(broken);
            }
        });
        boolean continues = true;
        while (continues) {
            try (Frame frame = receiver.receive(Link.SOON)) {
                Codec.Answer answer = Codec.decodeReply(new Request.TakeOver(List.of(1)), frame.bytes());
                Arriving.of(frame, ((Reply.Carried) answer.reply()).manifest(), sink);
                continues = answer.continues();
            }
        }
        sending.join();
    }

    @Override
    public void close() {
        here.inventory().clear();
        there.inventory().clear();
        sender.close();
        receiver.close();
    }
}
