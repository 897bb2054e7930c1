package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Refused;
import org.fdbox.protocol.Request;
import org.fdbox.sys.Frame;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Every handler in a box is asked before it is sealed or unsealed; one no leaves everything as it was,
/// undone in reverse order.
@ExtendWith(NothingLeaks.class)
class SealHooksTest {

    private final FakeHandler red = new FakeHandler("red");
    private Desk desk;

    @BeforeEach
    void aBoxOfThree(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, red);
        try (OwnedFd fd = red.make("x")) {
            desk.box("b", fd, fd, fd);
        }
    }

    @AfterEach
    void closeDesk() {
        desk.close();
    }

    private void seal() throws Refused {
        desk.call(ROOT, new Request.Seal("b", false));
    }

    private void unseal() throws Refused {
        desk.call(ROOT, new Request.Unseal("b"));
    }

    @Test
    void allAreAskedInTheOrderOfTheBox() throws Exception {
        seal();
        assertThat(red.calls).containsExactly("seal a", "seal b", "seal c");
        red.calls.clear();
        unseal();
        assertThat(red.calls).containsExactly("unseal a", "unseal b", "unseal c");
    }

    @Test
    void aRefusalToSealIsUndoneInReverseOrder() {
        red.onSeal = Map.of("c", FakeHandler.refusing("not yet"));
        assertThatThrownBy(this::seal).isInstanceOfSatisfying(Refused.HandlerRefused.class,
                refused -> assertThat(refused.parameters()).containsEntry("name", "c").containsEntry("reason",
                        "not yet"));
        assertThat(red.calls).containsExactly("seal a", "seal b", "seal c", "unseal b", "unseal a");
        assertThat(desk.info("b").sealed()).isFalse();
    }

    @Test
    void aRefusalToUnsealIsUndoneInReverseOrder() throws Exception {
        seal();
        red.calls.clear();
        red.onUnseal = Map.of("b", FakeHandler.failing("broken"));
        assertThatThrownBy(this::unseal).isInstanceOf(Refused.HandlerRefused.class);
        assertThat(red.calls).containsExactly("unseal a", "unseal b", "seal a");
        assertThat(desk.info("b").sealed()).isTrue();
    }

    @Test
    void aHandlerThatCannotUndoDoesNotKeepTheOthersFromIt() {
        red.onSeal = Map.of("c", FakeHandler.refusing("no"));
        red.onUnseal = Map.of("b", FakeHandler.failing("stuck"));
        assertThatThrownBy(this::seal).isInstanceOf(Refused.HandlerRefused.class);
        assertThat(red.calls).endsWith("unseal b", "unseal a");
        assertThat(desk.info("b").sealed()).isFalse();
    }

    @Test
    void everyChangeIsRefusedWhileTheHandlersAreAsked() throws Exception {
        try (Frame frame = Desk.frame()) {
            var sealing = (Answer.Later) desk.start(desk.session(ROOT), new Request.Seal("b", false), frame);
            assertThatThrownBy(() -> desk.call(ROOT, new Request.Get("b", "a", true, false)))
                    .isInstanceOf(Refused.BoxSealed.class);
            assertThatThrownBy(() -> desk.call(ROOT, new Request.DeleteBox("b")))
                    .isInstanceOf(Refused.BoxSealed.class);
            assertThatThrownBy(this::seal).isInstanceOf(Refused.BoxSealed.class);
            sealing.work().abandon();
        }
        assertThat(desk.info("b").sealed()).isFalse();
        seal();
    }

    @Test
    void aLeasedEntryKeepsItsBoxOpen() throws Exception {
        Session session = desk.session(ROOT);
        desk.call(session, new Request.Get("b", "a", false, true));
        assertThatThrownBy(this::seal).isInstanceOf(Refused.FdLeased.class);
        assertThat(red.calls).isEmpty();
        desk.dispatcher.ended(session);
    }

    @Test
    void unsealingFinishesWhatWasSavedBeforeAnythingCanBeTaken() throws Exception {
        seal();
        desk.call(ROOT, new Request.Save(Optional.empty()));
        unseal();
        assertThat(desk.state.root().resolve("finished")).isDirectoryContaining("glob:**/1-b");
    }

    @Test
    void aRefusedUnsealFinishesNothing() throws Exception {
        seal();
        desk.call(ROOT, new Request.Save(Optional.empty()));
        red.onUnseal = Map.of("c", FakeHandler.refusing("something is missing"));
        assertThatThrownBy(this::unseal).isInstanceOf(Refused.HandlerRefused.class);
        assertThat(desk.state.root().resolve("finished")).isEmptyDirectory();
    }
}
