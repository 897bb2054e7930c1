package org.fdbox.daemon.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A box whose saved contents cannot be marked as finished stays sealed, and its handlers are told so.
@ExtendWith(NothingLeaks.class)
class UnwritableJournalTest {

    @Test
    void theHandlersAreToldThatTheBoxIsStillSealed(@TempDir Path folder) throws Exception {
        var red = new FakeHandler("red");
        try (var desk = new Desk(folder, red); OwnedFd fd = red.make("x")) {
            desk.box("b", fd, fd);
            desk.call(ROOT, new Request.Seal("b", false));
            desk.call(ROOT, new Request.Save(Optional.empty()));
            red.calls.clear();
            Path finished = desk.state.root().resolve("finished");
            Files.delete(finished);
            Files.createFile(finished);
            assertThat(catchThrowable(() -> desk.call(ROOT, new Request.Unseal("b")))).isNotNull();
            assertThat(desk.info("b").sealed()).isTrue();
            assertThat(red.calls).containsExactly("unseal a", "unseal b", "seal b", "seal a");
        }
    }
}
