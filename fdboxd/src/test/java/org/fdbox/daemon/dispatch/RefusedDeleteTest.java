package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fdbox.daemon.box.Frozen;
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

/// What is refused has no effect, not even on what was saved: a deletion that comes too late finishes
/// nothing.
@ExtendWith(NothingLeaks.class)
class RefusedDeleteTest {

    private final FakeHandler red = new FakeHandler("red");
    private Desk desk;
    private Path finished;

    @BeforeEach
    void aSavedBox(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, red);
        finished = desk.state.root().resolve("finished");
        try (OwnedFd fd = red.make("precious")) {
            desk.box("b", fd);
        }
        desk.call(ROOT, new Request.Seal("b", false));
        desk.call(ROOT, new Request.Save(Optional.empty()));
    }

    @AfterEach
    void closeDesk() {
        desk.close();
    }

    /// Begun, but not come to the thread that may block.
    private Answer.Later start(Request request) throws Refused {
        try (Frame frame = Desk.frame()) {
            return (Answer.Later) desk.start(desk.session(ROOT), request, frame);
        }
    }

    @Test
    void aDeletionThatMeetsASaveFinishesNothing() throws Exception {
        Answer.Later deletion = start(new Request.DeleteBox("b"));
        try (Frozen _ = desk.boxes.seals().freeze()) {
            assertThatThrownBy(() -> desk.finish(deletion)).isInstanceOf(Refused.HandoverInProgress.class);
            assertThat(finished).isEmptyDirectory();
        }
        desk.call(ROOT, new Request.DeleteBox("b"));
        assertThat(finished).isDirectoryContaining("glob:**/1-b=");
    }

    @Test
    void aDeletionThatMeetsAnUnsealFinishesNothing() throws Exception {
        Answer.Later deletion = start(new Request.DeleteBox("b"));
        Answer.Later unsealing = start(new Request.Unseal("b"));
        assertThatThrownBy(() -> desk.finish(deletion)).isInstanceOf(Refused.BoxSealed.class);
        assertThat(finished).isEmptyDirectory();
        unsealing.work().abandon();
        assertThat(desk.info("b").sealed()).isTrue();
    }

    @Test
    void aBoxWhoseSavedContentsCannotBeFinishedStaysAsItWas() throws Exception {
        Files.delete(finished);
        Files.createFile(finished);
        assertThatThrownBy(() -> desk.call(ROOT, new Request.DeleteBox("b")))
                .isInstanceOf(Refused.HandoverFailed.class);
        assertThat(desk.info("b").sealed()).isTrue();
        assertThat(desk.names("b")).containsExactly("a");
        Files.delete(finished);
        Files.createDirectory(finished);
        desk.call(ROOT, new Request.Unseal("b"));
    }
}
