package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.fdbox.daemon.box.Caller;
import org.fdbox.daemon.box.DescriptorBudget;
import org.fdbox.daemon.box.LeaseHolder;
import org.fdbox.daemon.dispatch.Answer;
import org.fdbox.daemon.dispatch.Session;
import org.fdbox.daemon.succession.Next;
import org.fdbox.daemon.succession.SuspendedClient;
import org.fdbox.daemon.support.Allowing;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.daemon.support.Users;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Courier;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.UnixSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Connections that leave their loop for those who suspend everybody: of whoever asked for it, and of whoever does it.
@ExtendWith(NothingLeaks.class)
class SuspendedUpgradeTest {

    /// Its reply is that of a call of Upgrade here.
    private static final Request UPGRADE = new Request.DeleteBox("b");
    private static final Reply FAILED = new Reply.Released(0);

    private final DescriptorBudget budget = new DescriptorBudget(1000, 0);
    private final int room = budget.roomForEntries();
    private final Workers workers = new Workers("worker", 2, 2);
    private final CountDownLatch over = new CountDownLatch(1);
    private final LeaseHolder leases = new LeaseHolder();
    private Desk desk;
    private EventLoop loop;
    private Thread thread;
    private Session session;
    private OwnedFd socket;
    private Peer client;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        desk = new Desk(folder);
        var intake = new Intake(Allowing.entries(10, 10), new Intake.Limits(1 << 20, 1 << 20), budget);
        loop = new EventLoop(new EventLoop.Services(desk.dispatcher, workers, new Closer(new Backlog(1000)),
                intake, new Unread(1000), new HandleSockets(intake, desk.dispatcher.own()),
                TimeUnit.SECONDS.toNanos(20)), List.of());
        session = EventLoop.session(Caller.of(Users.ALICE), leases);
        try (UnixSocket.Pair pair = UnixSocket.pair()) {
            OpenFile.setStatusFlags(pair.one(), OpenFlags.NONBLOCK);
            socket = pair.one().take();
            client = new Peer(pair.other().take());
        }
        thread = new Thread(loop);
    }

    @AfterEach
    void close() throws Exception {
        over.countDown();
        client.close();
        loop.stop();
        thread.join();
        workers.close();
        loop.close();
        desk.close();
    }

    private SuspendedClient record(Next next) {
        return new SuspendedClient(socket, session.caller(), Set.of(), leases, List.of(),
                new Frame(new byte[0], List.of(), false), List.of(), next, List.of());
    }

    private <T> T onLoop(Callable<T> step) throws Exception {
        var task = new FutureTask<>(step);
        loop.post(task);
        return task.get();
    }

    private List<SuspendedClient> suspend() throws Exception {
        var resting = new CountDownLatch(1);
        loop.post(() -> loop.rest(resting::countDown));
        resting.await();
        return onLoop(loop::suspend);
    }

    private void resume() throws Exception {
        onLoop(() -> {
            loop.resume();
            return null;
        });
    }

    /// Its call is being worked on, until [#over].
    private void upgrade() {
        var work = new Answer.Work() {
            @Override
            public Answer get() {
                try {
                    over.await();
                } catch (InterruptedException end) {
                    Thread.currentThread().interrupt();
                }
                return Answer.of(FAILED);
            }

            @Override
            public Answer.Meanwhile meanwhile() {
                return Answer.Meanwhile.ANSWERED_BY_SUCCESSOR;
            }
        };
        var exchange = new Exchange(new Frame(new byte[0], List.of(), false), session, desk.dispatcher);
        loop.adopt(Suspended.here(record(new Next.Upgrades()), session, null,
                Errand.start(work, exchange, loop)));
        thread.start();
    }

    private void assertAnswered() throws Exception {
        assertThat(client.reply(UPGRADE)).isEqualTo(FAILED);
        assertThat(client.call(new Request.GetInfo())).isInstanceOf(Reply.Info.class);
    }

    @Test
    void anUpgradeThatFailsLaterIsAnsweredThen() throws Exception {
        upgrade();
        for (int i = 0; i < 2; i++) {
            assertThat(suspend()).extracting(SuspendedClient::next).containsExactly(new Next.Upgrades());
            resume();
        }
        over.countDown();
        assertAnswered();
    }

    @Test
    void anUpgradeThatFailsMeanwhileIsAnsweredAfterwards() throws Exception {
        upgrade();
        assertThat(suspend()).extracting(SuspendedClient::next).containsExactly(new Next.Upgrades());
        over.countDown();
        // Ends when all workers have.
        workers.close();
        assertThat(onLoop(loop::suspend)).hasSize(1);
        resume();
        assertAnswered();
    }

    @Test
    void aConnectionCanBeHandedToWhoWaitsOnIt() throws Exception {
        loop.intake().reconnect(session.uid());
        // The loop does not run, so this thread may do what its own would.
        var connection = new Connection(loop, socket, session);
        connection.start();
        client.send("begun");
        connection.ready();
        var lines = new ArrayList<Answer.Line>();
        connection.hand(lines::add);
        try (Answer.Line line = lines.getFirst(); Courier courier = Courier.blocking()) {
            assertThat(line.reader().unfinishedBytes()).isEqualTo(5);
            assertThat(new FdFacts(line.socket()).flags() & OpenFlags.NONBLOCK).isZero();
            client.send(" and ended\0");
            while (line.reader().unfinishedBytes() > 0) {
                courier.receive(line.socket(), line.reader());
            }
            try (Frame frame = line.reader().next()) {
                assertThat(new String(frame.bytes(), StandardCharsets.UTF_8))
                        .isEqualTo("begun and ended");
            }
            assertThat(budget.roomForEntries()).isEqualTo(room - 1);
        }
        assertThat(budget.roomForEntries()).isEqualTo(room);
        assertThat(client.isEnded()).isTrue();
    }
}
