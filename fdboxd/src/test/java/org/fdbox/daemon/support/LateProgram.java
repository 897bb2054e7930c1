package org.fdbox.daemon.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fdbox.daemon.box.Parcel;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.ReplyStream;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.daemon.succession.Next;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;

/// A program that registered a handler, with its connection. Closing it ends the connection.
public final class LateProgram implements AutoCloseable {

    /// What it is the handler of: a kind that the daemon has forgotten.
    public static final String BLUE = "test,blue-v1";

    private final ReplyStream replies;

    private LateProgram(ReplyStream replies) {
        this.replies = replies;
    }

    /// A request to restore, as it arrived. Closing it closes the payload.
    public record Asked(Reply.WantedEntry wanted, Optional<OwnedFd> payload) implements AutoCloseable {
        public String id() {
            return wanted.request();
        }

        @Override
        public void close() {
            payload.ifPresent(OwnedFd::close);
        }
    }

    /// Leaves a saved box "b" with "a", which is red, and "b", which is blue and of which nothing is known later.
    public static void save(Path folder, FakeHandler red) throws Exception {
        var blue = new FakeHandler("blue");
        try (var desk = new Desk(folder, red, blue); OwnedFd r = red.make("r"); OwnedFd b = blue.make("b")) {
            desk.box("b", r, b);
            desk.seal("b");
            desk.save();
        }
    }

    /// Leaves a saved box "b" with so many entries that are blue: "e0" holds "b0", and so on.
    public static void save(Path folder, int entries) throws Exception {
        var blue = new FakeHandler("blue");
        try (var desk = new Desk(folder, blue)) {
            desk.box("b");
            for (int i = 0; i < entries; i++) {
                try (OwnedFd fd = blue.make("b" + i)) {
                    desk.call(Users.ROOT, new Request.Put("b", "e" + i, 0, false), fd);
                }
            }
            desk.seal("b");
            desk.save();
        }
    }

    /// Registers for what is blue, as root.
    public static LateProgram register(Desk desk) throws Exception {
        return register(desk, desk.session(Users.ROOT), BLUE);
    }

    /// Says that it was made again.
    public static Request restored(String id) {
        return new Request.Restored(id, OptionalInt.of(0), Optional.empty());
    }

    /// Says why it was not.
    public static Request failed(String id, String reason) {
        return new Request.Restored(id, OptionalInt.empty(), Optional.of(reason));
    }

    /// Registers, and reads the reply that says so.
    public static LateProgram register(Desk desk, Session session, String compatible) throws Exception {
        var call = new Call(new Request.RegisterHandler(compatible), true, false);
        try (Frame frame = Desk.frame()) {
            var answer = (Answer.Stream) desk.dispatcher.dispatch(call, session, frame);
            var program = new LateProgram(answer.replies());
            assertThat(program.item().reply()).isEqualTo(new Reply.ToRestore(Optional.empty()));
            return program;
        }
    }

    /// The next request.
    public Asked next() throws Exception {
        ReplyStream.Item item = item();
        Optional<OwnedFd> payload = item.parcel().map(LateProgram::receive);
        return new Asked(((Reply.ToRestore) item.reply()).wanted().orElseThrow(), payload);
    }

    private static OwnedFd receive(Parcel parcel) {
        OwnedFd received = parcel.descriptors().getFirst().dup();
        parcel.sent();
        return received;
    }

    private ReplyStream.Item item() throws Exception {
        if (!waits(20_000)) {
            throw new AssertionError("nothing was asked");
        }
        return replies.poll();
    }

    private boolean waits(long millis) throws InterruptedException {
        var ready = new CountDownLatch(1);
        replies.whenReady(ready::countDown);
        return ready.await(millis, TimeUnit.MILLISECONDS);
    }

    /// Whether something more is asked, once everything has been that can be.
    public boolean isAsked() throws Exception {
        Await.until("all is asked that can be", () -> Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("late-handler"))
                .allMatch(thread -> thread.getState() == Thread.State.WAITING));
        return waits(0);
    }

    /// Everybody is suspended, and it has read all.
    ///
    /// @return what another process would go on with
    public Next suspend() {
        ReplyStream.Rest rest = replies.suspend();
        assertThat(rest.items()).isEmpty();
        return rest.next();
    }

    public void resume() {
        replies.resume();
    }

    @Override
    public void close() {
        replies.end();
    }
}
