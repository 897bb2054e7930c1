package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.EVE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.EntryInfo;
import org.fdbox.protocol.EntryInfo.State;
import org.fdbox.protocol.EntryInfo.Survival;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.EventFd;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Put: one descriptor, examined by its handler, and the order in which it is refused. What is refused is not
/// kept.
@ExtendWith(NothingLeaks.class)
class PutTest {

    private final FakeHandler red = new FakeHandler("red");
    private Desk desk;
    private OwnedFd fd;

    @BeforeEach
    void openDesk(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, red);
        desk.call(ALICE, new Request.CreateBox("b", OptionalInt.of(0704)));
        fd = red.make("text");
    }

    @AfterEach
    void closeDesk() {
        fd.close();
        desk.close();
    }

    private static Request put(String name) {
        return new Request.Put("b", name, 0, false);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tellsWhatTheHandlerSaidAndLeavesTheCallersDescriptorAlone(boolean mayBlock) throws Exception {
        red.mayBlock = mayBlock;
        red.survival = org.fdbox.spi.Survival.LIVE;
        red.reason = "it is red";
        EntryInfo entry = ((Reply.Stored) desk.call(ALICE, put("e"), fd)).entry();
        assertThat(entry.compatible()).isEqualTo("test,red-v1");
        assertThat(entry.kind()).isEqualTo("red");
        assertThat(entry.state()).isEqualTo(State.HELD);
        assertThat(entry.survival()).isEqualTo(Survival.LIVE);
        assertThat(entry.survivalReason()).contains("it is red");
        assertThat(entry.putterUid()).isEqualTo(ALICE.uid());
        assertThat(entry.putterPid()).isEqualTo(ALICE.pid());
        assertThat(Fds.text(fd)).isEqualTo("text");
    }

    @Test
    void whatIsTakenOutIsTheVerySameOpenFile() throws Exception {
        desk.call(ALICE, put("e"), fd);
        desk.call(ALICE, new Request.Get("b", "e", false, false));
        assertThat(Fds.same(fd, desk.received.getFirst())).isTrue();
    }

    @Test
    void aKindThatNobodyKnowsIsNamedForPeople() {
        try (OwnedFd eventFd = EventFd.create(0, false, false)) {
            assertThatThrownBy(() -> desk.call(ALICE, put("e"), eventFd))
                    .isInstanceOfSatisfying(Refused.UnsupportedFd.class,
                            unsupported -> assertThat(unsupported.parameters()).containsEntry("kind",
                                    "eventfd"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHandlersRefusalIsToldWithItsReason(boolean mayBlock) throws Exception {
        red.mayBlock = mayBlock;
        red.onExamine = FakeHandler.refusing("too red");
        assertThatThrownBy(() -> desk.call(ALICE, put("e"), fd))
                .isInstanceOfSatisfying(Refused.HandlerRefused.class,
                        refused -> assertThat(refused.parameters())
                                .containsEntry("compatible", "test,red-v1")
                                .containsEntry("reason", "too red"));
        assertThat(desk.names("b")).isEmpty();
    }

    @Test
    void aHandlersFaultCountsAsItsRefusal() throws Exception {
        red.onExamine = FakeHandler.failing("broken");
        assertThatThrownBy(() -> desk.call(ALICE, put("e"), fd)).isInstanceOf(Refused.HandlerRefused.class);
        assertThat(desk.names("b")).isEmpty();
    }

    @Test
    void refusalsComeInTheirOrder() throws Exception {
        OwnedFd strange = EventFd.create(0, false, false);
        desk.call(ALICE, put("e"), fd);
        assertRefused(Refused.AccessDenied.class, () -> desk.call(EVE, put("e")));
        assertRefused(Refused.MissingFileDescriptor.class, () -> desk.call(ALICE, put("/")));
        assertRefused(Refused.UnsupportedFd.class, () -> desk.call(ALICE, put("/"), strange));
        red.onExamine = FakeHandler.refusing("no");
        assertRefused(Refused.HandlerRefused.class, () -> desk.call(ALICE, put("/"), fd));
        red.onExamine = FakeHandler.FINE;
        assertRefused(Refused.InvalidName.class, () -> desk.call(ALICE, put("/"), fd));
        assertRefused(Refused.FdExists.class, () -> desk.call(ALICE, put("e"), fd));
        desk.call(ALICE, new Request.Seal("b", false));
        assertRefused(Refused.BoxSealed.class, () -> desk.call(ALICE, put("/")));
        assertRefused(Refused.NoSuchBox.class, () -> desk.call(ALICE, new Request.Put("x", "/", 0, false)));
        strange.close();
    }

    private static void assertRefused(Class<? extends Refused> how, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(how);
    }

    @Test
    void nobodyHasToWaitForAPutWhoseClientIsGone() throws Exception {
        red.mayBlock = true;
        try (Frame frame = Desk.frame(fd)) {
            var later = (Answer.Later) desk.start(desk.session(ALICE), put("e"), frame);
            later.work().abandon();
        }
        assertThat(desk.names("b")).isEmpty();
    }

    @Test
    void aBoxThatIsSealedWhileTheHandlerExaminesTakesNothingIn() throws Exception {
        red.mayBlock = true;
        try (Frame frame = Desk.frame(fd)) {
            var later = (Answer.Later) desk.start(desk.session(ALICE), put("e"), frame);
            desk.call(ROOT, new Request.Seal("b", false));
            assertRefused(Refused.BoxSealed.class, later.work()::get);
        }
        assertThat(desk.names("b")).isEmpty();
    }
}
