package org.fdbox.daemon.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.ReplyStream;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;
import org.fdbox.sys.PeerCredentials;

/// A watcher with its connection, which reads when the test says so. Closing it ends the connection.
public final class Watching implements AutoCloseable {

    private final ReplyStream replies;
    private long sequence;

    private Watching(ReplyStream replies) {
        this.replies = replies;
    }

    /// @param box empty: all
    public static Watching begin(Desk desk, PeerCredentials who, Optional<String> box) throws Exception {
        var call = new Call(new Request.Monitor(box), true, false);
        try (Frame frame = Desk.frame()) {
            return new Watching(
                    ((Answer.Stream) desk.dispatcher.dispatch(call, desk.session(who), frame)).replies());
        }
    }

    /// The next reply, whose number must be the next one.
    public Reply.Happened await() throws Exception {
        assertThat(waits(20_000)).as("something happens").isTrue();
        var happened = (Reply.Happened) replies.poll().reply();
        assertThat(happened.sequence()).isEqualTo(sequence++);
        return happened;
    }

    /// All that wait: what, where, and who, if it was not the user of most tests.
    public List<String> events() throws Exception {
        var events = new ArrayList<String>();
        while (waits(0)) {
            events.add(text(await()));
        }
        return events;
    }

    private boolean waits(long millis) throws InterruptedException {
        var ready = new CountDownLatch(1);
        replies.whenReady(ready::countDown);
        return ready.await(millis, TimeUnit.MILLISECONDS);
    }

    private static String text(Reply.Happened happened) {
        String where = happened.box().map(box -> " " + box).orElse("")
                + happened.name().map(name -> "/" + name).orElse("");
        boolean byRoot = happened.uid().isPresent() && happened.uid().getAsInt() == 0;
        return happened.event() + where + (byRoot ? " by 0" : "")
                + (happened.missed().isPresent() ? " " + happened.missed().getAsLong() : "");
    }

    @Override
    public void close() {
        replies.end();
    }
}
