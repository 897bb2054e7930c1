package org.fdbox.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fdbox.daemon.handover.Registration;
import org.fdbox.daemon.net.Served.Way;
import org.fdbox.daemon.succession.Next;
import org.fdbox.daemon.succession.SuspendedClient;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.LateProgram;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Who registered as a handler is asked for everything, and for nothing twice, when everybody was suspended.
@ExtendWith(NothingLeaks.class)
class SuspendedHandlersTest {

    private static final Request HANDLE = new Request.RegisterHandler(LateProgram.BLUE);

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");

    /// What it is asked next, which it must have been sent with what was saved of it.
    private static Reply.WantedEntry asked(Peer program) throws Exception {
        try (Peer.Received received = program.receive(HANDLE)) {
            Reply.WantedEntry wanted = ((Reply.ToRestore) received.reply()).wanted().orElseThrow();
            assertThat(Fds.text(received.descriptors().getFirst()))
                    .isEqualTo(wanted.name().replace('e', 'b'));
            return wanted;
        }
    }

    private void answer(Peer other, String id) throws Exception {
        try (OwnedFd made = red.make("made")) {
            assertThat(other.call(LateProgram.restored(id), made)).isEqualTo(new Reply.Done());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoIsAHandlerIsAskedForEverythingOnce(Way way) throws Exception {
        int entries = 2 * Registration.MOST_OPEN + 3;
        LateProgram.save(folder, entries);
        try (var desk = new Desk(folder, red);
                var served = new Served(desk, folder);
                Peer program = served.join(ROOT);
                Peer other = served.join(ROOT)) {
            served.start();
            program.sendMore(HANDLE);
            assertThat(program.reply(HANDLE)).isEqualTo(new Reply.ToRestore(Optional.empty()));
            served.pass(way);
            Set<String> names = new HashSet<>();
            Deque<String> ids = new ArrayDeque<>();
            for (int i = 0; i < Registration.MOST_OPEN; i++) {
                Reply.WantedEntry wanted = asked(program);
                assertThat(names.add(wanted.name())).isTrue();
                ids.add(wanted.request());
                if (i % 4 == 0) {
                    served.pass(way);
                }
            }
            assertThat(open(served.suspend())).containsExactlyInAnyOrderElementsOf(ids);
            way.go(served);
            while (!ids.isEmpty()) {
                answer(other, ids.remove());
                if (names.size() < entries) {
                    Reply.WantedEntry wanted = asked(program);
                    assertThat(names.add(wanted.name())).isTrue();
                    ids.add(wanted.request());
                }
                served.pass(way);
            }
            assertThat(names).hasSize(entries);
            assertThat(desk.info("b").pending()).isZero();
            assertThatExceptionOfType(Refused.HandlerExists.class).isThrownBy(() -> {
                other.sendMore(HANDLE);
                other.reply(HANDLE);
            });
        }
    }

    private static List<String> open(List<SuspendedClient> clients) {
        var ids = new ArrayList<String>();
        clients.forEach(client -> {
            if (client.next() instanceof Next.Handles(_, var open)) {
                open.forEach(request -> ids.add(request.id()));
            }
        });
        return ids;
    }

    /// There is one of that name by now.
    @Test
    void whoCannotGoOnIsToldSo() throws Exception {
        LateProgram.save(folder, 1);
        try (var desk = new Desk(folder, red, new FakeHandler("blue"));
                var served = new Served(desk, folder);
                Peer program =
                        served.join(ROOT, List.of(), new Next.Handles(LateProgram.BLUE, List.of()))) {
            served.start();
            assertThatExceptionOfType(Refused.HandlerExists.class).isThrownBy(() -> program.reply(HANDLE));
            assertThat(program.isEnded()).isTrue();
        }
    }
}
