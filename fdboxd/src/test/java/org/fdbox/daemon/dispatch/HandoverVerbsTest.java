package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ALICE;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Call;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Reply;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.fdbox.sys.PeerCredentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Save, Status and ListHandlers are for root and the daemon's own user; a save can be watched.
@ExtendWith(NothingLeaks.class)
class HandoverVerbsTest {

    private static final List<Request> ALL =
            List.of(new Request.Save(Optional.empty()), new Request.Status(), new Request.ListHandlers());

    private final FakeHandler red = new FakeHandler("red");
    private Desk desk;

    @BeforeEach
    void aSealedBox(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, red);
        try (OwnedFd fd = red.make("x")) {
            desk.box("b", fd);
        }
        desk.call(ROOT, new Request.Seal("b", false));
    }

    @AfterEach
    void closeDesk() {
        desk.close();
    }

    @Test
    void othersArePermittedNothing() {
        for (Request request : ALL) {
            assertThatThrownBy(() -> desk.call(ALICE, request)).isInstanceOf(Refused.PermissionDenied.class);
        }
        assertThat(desk.state.root().resolve("handover.json")).doesNotExist();
    }

    @Test
    void nobodyElseTakesOverOrFollows() {
        for (Request request : List.of(new Request.Upgrade(), new Request.TakeOver(List.of(1)),
                new Request.Commit(),
                new Request.Abort(), new Request.Attach(List.of(1)), new Request.Ack(1))) {
            assertThatThrownBy(
                    () -> desk.dispatcher.dispatch(new Call(request, true, false), desk.session(ALICE),
                            Desk.frame()))
                    .as(request.toString()).isInstanceOf(Refused.PermissionDenied.class);
        }
    }

    @Test
    void theDaemonsOwnUserMayDoWhatRootMay() throws Exception {
        var own = new PeerCredentials(1, Desk.DAEMON, Desk.DAEMON, Set.of());
        for (Request request : ALL) {
            desk.call(own, request);
        }
    }

    @Test
    void aSaveTellsWhereItLies() throws Exception {
        var saved = (Reply.Saved) desk.call(ROOT, new Request.Save(Optional.empty()));
        assertThat(saved.manifest()).contains(desk.state.root().resolve("handover.json").toString());
        assertThat(saved.entriesDone()).isEqualTo(1);
        assertThat(saved.entriesTotal()).isEqualTo(1);
        assertThat(saved.leftOut()).contains(List.of());
    }

    @Test
    void aPathThatIsNotAbsoluteIsRefused() {
        for (String bad : List.of("state", "", "./x", "/x\0y")) {
            assertThatThrownBy(() -> desk.call(ROOT, new Request.Save(Optional.of(bad))))
                    .isInstanceOf(Refused.InvalidParameter.class);
        }
    }

    @Test
    void whoWantsToWatchSeesHowFarASaveIs() throws Exception {
        var inHandler = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        red.onPreserve = () -> {
            inHandler.countDown();
            await(goOn);
        };
        Answer answer = watch();
        await(inHandler);
        int pages = 0;
        while (answer instanceof Answer.Page page) {
            var step = (Reply.Saved) page.reply();
            assertThat(step.manifest()).isEmpty();
            // Afterwards there may be another step, if the machine is busy.
            assertThat(step.entriesDone()).isLessThanOrEqualTo(pages < 2 ? 0 : 1);
            if (++pages == 2) {
                goOn.countDown();
            }
            answer = page.next().get();
        }
        assertThat(pages).isGreaterThanOrEqualTo(2);
        assertThat(((Reply.Saved) desk.finish(answer)).manifest()).isPresent();
    }

    @Test
    void aSaveThatFailsTellsItsWatcher() throws Exception {
        try (var _ = desk.boxes.seals().freeze()) {
            assertThatThrownBy(() -> {
                Answer answer = watch();
                while (answer instanceof Answer.Page page) {
                    answer = page.next().get();
                }
            }).isInstanceOf(Refused.HandoverInProgress.class);
        }
    }

    private Answer watch() throws Refused {
        try (Frame frame = Desk.frame()) {
            var call = new Call(new Request.Save(Optional.empty()), true, false);
            return ((Answer.Later) desk.dispatcher.dispatch(call, desk.session(ROOT), frame)).work().get();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopping) {
            throw new AssertionError(stopping);
        }
    }

    @Test
    void handlersAreListedWithWhatTheyCanDo() throws Exception {
        var handlers = (Reply.Handlers) desk.call(ROOT, new Request.ListHandlers());
        assertThat(handlers.handlers()).containsExactly(
                new Reply.HandlerInfo("test,red-v1", "red", "contents", FakeHandler.class.getName()));
    }

    @Test
    void everybodyMayAskWhoAnswers() throws Exception {
        var info = (Reply.Info) desk.call(ALICE, new Request.GetInfo());
        assertThat(info.version()).isEqualTo("1.2.3");
        assertThat(info.interfaces()).containsExactly("org.varlink.service", "org.fdbox.Store",
                "org.fdbox.Handover");
        for (String name : info.interfaces()) {
            var text = (Reply.Description) desk.call(ALICE, new Request.GetInterfaceDescription(name));
            assertThat(text.text()).contains("interface " + name);
        }
        assertThatThrownBy(() -> desk.call(ALICE, new Request.GetInterfaceDescription("org.none")))
                .isInstanceOf(Refused.InterfaceNotFound.class);
    }
}
