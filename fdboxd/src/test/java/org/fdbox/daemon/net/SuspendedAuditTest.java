package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.fdbox.daemon.dispatch.Audit.Extent;
import org.fdbox.daemon.net.Served.Way;
import org.fdbox.daemon.succession.Next;
import org.fdbox.daemon.support.AuditLog;
import org.fdbox.daemon.support.Await;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.LateProgram;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each request is one event, told by whoever serves it to its end, however often everybody is suspended meanwhile.
@ExtendWith(NothingLeaks.class)
class SuspendedAuditTest {

    /// More than there is room for in a socket.
    private static final int MANY = 100;

    private final FakeHandler red = new FakeHandler("red");
    private final AuditLog log = new AuditLog();
    private Desk desk;
    private Served served;
    private OwnedFd fd;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, red);
        desk.call(ALICE, new Request.CreateBox("b", OptionalInt.empty()));
        desk.audit.set(Extent.ALL);
        served = new Served(desk, folder);
        fd = red.make("r");
    }

    @AfterEach
    void close() {
        fd.close();
        served.close();
        desk.close();
        log.close();
    }

    private static Request put(int i) {
        return new Request.Put("b", "e" + i, 0, false);
    }

    private static Request take(int i) {
        return new Request.Get("b", "e" + i, false, false);
    }

    /// Who is left out.
    private List<String> told() {
        return log.all().stream().map(event -> event.replaceFirst(".* conn=[0-9]+ ", "")).toList();
    }

    /// Of each one, in their order.
    private void awaitTold(String format) throws Exception {
        List<String> expected = IntStream.range(0, MANY).mapToObj(format::formatted).toList();
        Await.until("all are told", () -> log.all().size() >= MANY);
        assertThat(told()).isEqualTo(expected);
        log.clear();
    }

    @ParameterizedTest
    @EnumSource
    void whateverHasNotLeftOrIsServedOnceMoreIsToldOnce(Way way) throws Exception {
        try (Peer alice = served.join(ALICE)) {
            served.start();
            for (int i = 0; i < MANY; i++) {
                alice.send(put(i), fd);
            }
            for (int i = 0; i < MANY; i++) {
                served.pass(way);
                assertThat(alice.reply(put(i))).isInstanceOf(Reply.Stored.class);
            }
            awaitTold("verb=Put box=b names=[e%d] compatible=[test,red-v1] outcome=granted");
            for (int i = 0; i < MANY; i++) {
                alice.send(take(i));
            }
            for (int i = 0; i < MANY; i++) {
                served.pass(way);
                alice.receive(take(i)).close();
            }
            awaitTold("verb=Get box=b names=[e%d] compatible=[test,red-v1] outcome=granted");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallWithoutEndIsToldWhereItBegan(Way way) throws Exception {
        var handle = new Request.RegisterHandler(LateProgram.BLUE);
        try (Peer program = served.join(ROOT)) {
            served.start();
            program.sendMore(handle);
            assertThat(program.reply(handle)).isInstanceOf(Reply.ToRestore.class);
            served.pass(way);
            served.pass(way);
        }
        assertThat(told()).containsExactly(
                "verb=RegisterHandler compatible=[" + LateProgram.BLUE + "] outcome=granted");
    }

    @Test
    void anUpgradeIsToldByWhoAnswersIt() throws Exception {
        try (Peer root = served.join(ROOT, List.of(), new Next.Upgrades())) {
            // It is not said that this one will ever serve.
            assertThat(log.all()).isEmpty();
            served.start();
            root.reply(new Request.DeleteBox("b"));
            Await.until("it is told", () -> !log.all().isEmpty());
        }
        assertThat(told()).containsExactly("verb=Upgrade released=4711 outcome=granted");
    }
}
