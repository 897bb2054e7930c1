package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.fdbox.daemon.support.Await;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.LateProgram;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What a program that becomes a handler may not, and what is not taken from it.
@ExtendWith(NothingLeaks.class)
class RefusedLateHandlersTest {

    private static final PeerCredentials DAEMON = new PeerCredentials(77, Desk.DAEMON, Desk.DAEMON, Set.of());

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");

    @BeforeEach
    void save() throws Exception {
        LateProgram.save(folder, red);
    }

    @Test
    void oneHandlerForAName() throws Exception {
        try (var desk = new Desk(folder, red)) {
            assertThatThrownBy(() -> LateProgram.register(desk, desk.session(ROOT), "test,red-v1"))
                    .isInstanceOf(Refused.HandlerExists.class);
            try (LateProgram program = LateProgram.register(desk)) {
                assertThatThrownBy(() -> LateProgram.register(desk))
                        .isInstanceOf(Refused.HandlerExists.class);
                var infos = ((Reply.Handlers) desk.call(ROOT, new Request.ListHandlers())).handlers();
                assertThat(infos).extracting(Reply.HandlerInfo::origin).contains("uid=0 pid=1");
                program.next().close();
            }
            LateProgram.register(desk).close();
        }
    }

    @Test
    void onlyRootAndTheDaemonsUserAndWithSeveralReplies() throws Exception {
        try (var desk = new Desk(folder, red); Frame frame = Desk.frame()) {
            assertThatThrownBy(() -> LateProgram.register(desk, desk.session(ALICE), LateProgram.BLUE))
                    .isInstanceOf(Refused.PermissionDenied.class);
            assertThatThrownBy(() -> desk.call(ALICE, LateProgram.failed("0", "x")))
                    .isInstanceOf(Refused.PermissionDenied.class);
            assertThatThrownBy(() -> desk.call(ROOT, new Request.RegisterHandler(LateProgram.BLUE)))
                    .isInstanceOf(Refused.ExpectedMore.class);
            var silent = new Call(new Request.RegisterHandler(LateProgram.BLUE), true, true);
            assertThatThrownBy(() -> desk.dispatcher.dispatch(silent, desk.session(ROOT), frame))
                    .isInstanceOf(Refused.ExpectedMore.class);
            LateProgram.register(desk, desk.session(DAEMON), LateProgram.BLUE).close();
        }
    }

    private static void assertNobodyWaits(Desk desk, PeerCredentials who, String id, OwnedFd made) {
        assertThatThrownBy(() -> desk.call(who, LateProgram.restored(id), made))
                .isInstanceOf(Refused.NoSuchRequest.class);
    }

    @Test
    void aRequestIsAnsweredOnceByItsOwnUserWhileItsHandlerLives() throws Exception {
        try (var desk = new Desk(folder, red); OwnedFd made = red.make("made")) {
            String earlier;
            try (LateProgram program = LateProgram.register(desk); LateProgram.Asked asked = program.next()) {
                earlier = asked.id();
                assertNobodyWaits(desk, DAEMON, earlier, made);
                assertNobodyWaits(desk, ROOT, "0" + earlier.substring(1) + "0", made);
            }
            assertNobodyWaits(desk, ROOT, earlier, made);
            try (LateProgram program = LateProgram.register(desk); LateProgram.Asked asked = program.next()) {
                desk.call(ROOT, LateProgram.restored(asked.id()), made);
                assertNobodyWaits(desk, ROOT, asked.id(), made);
            }
        }
    }

    @Test
    void whatIsDroppedMeanwhileIsNotRestored() throws Exception {
        try (var desk = new Desk(folder, red);
                LateProgram program = LateProgram.register(desk);
                LateProgram.Asked asked = program.next();
                OwnedFd made = red.make("made")) {
            desk.call(ROOT, new Request.Drop("b", "b"));
            assertNobodyWaits(desk, ROOT, asked.id(), made);
            assertThat(desk.names("b")).containsExactly("a");
        }
    }

    @Test
    void whoseBoxIsDeletedMeanwhileIsNotRestored() throws Exception {
        try (var desk = new Desk(folder, red);
                LateProgram program = LateProgram.register(desk);
                LateProgram.Asked asked = program.next();
                OwnedFd made = red.make("made")) {
            desk.call(ROOT, new Request.DeleteBox("b"));
            assertNobodyWaits(desk, ROOT, asked.id(), made);
        }
    }

    @Test
    void whatNobodyMayHoldIsNotLetInThisWay() throws Exception {
        try (var desk = new Desk(folder, red);
                LateProgram program = LateProgram.register(desk);
                LateProgram.Asked asked = program.next();
                OwnedFd strange = Fds.memfd("of no handler's kind")) {
            assertThatThrownBy(() -> desk.call(ROOT, LateProgram.restored(asked.id()), strange))
                    .isInstanceOf(Refused.UnsupportedFd.class);
            assertThat(desk.status().pending().getFirst().reason()).contains("cannot be held");
        }
    }

    @Test
    void aPayloadThatIsNotWhatWasSavedIsNotOffered() throws Exception {
        try (var payloads = Files.list(folder.resolve("state/payload"))) {
            for (Path payload : payloads.toList()) {
                Files.writeString(payload, "x");
            }
        }
        try (var desk = new Desk(folder, red); LateProgram program = LateProgram.register(desk)) {
            Await.until("the entry says what is wrong", () -> desk.status().pending().stream()
                    .anyMatch(left -> left.name().orElseThrow().equals("b")
                            && left.reason().contains("damaged")));
            assertThat(program.isAsked()).isFalse();
        }
    }
}
