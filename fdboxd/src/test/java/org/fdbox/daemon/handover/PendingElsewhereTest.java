package org.fdbox.daemon.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdbox.daemon.support.Users.ROOT;

import java.nio.file.Files;
import java.nio.file.Path;
import org.fdbox.daemon.support.Desk;
import org.fdbox.daemon.support.FakeHandler;
import org.fdbox.daemon.support.Fds;
import org.fdbox.daemon.support.NothingLeaks;
import org.fdbox.protocol.Request;
import org.fdbox.sys.OwnedFd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A pending entry that goes along into another directory is tied to nothing that happens to be saved there.
@ExtendWith(NothingLeaks.class)
class PendingElsewhereTest {

    @TempDir
    Path folder;

    private final FakeHandler red = new FakeHandler("red");
    private final FakeHandler blue = new FakeHandler("blue");

    @Test
    void anAliasOfAnEntryThatIsGoneIsNotTakenForOneOfTheSaveThere() throws Exception {
        Path here = Files.createDirectory(folder.resolve("here"));
        Path there = Files.createDirectory(folder.resolve("there"));
        try (var desk = new Desk(here, red, blue); OwnedFd shared = blue.make("shared")) {
            desk.box("one", shared);
            desk.box("two", shared);
            desk.seal("one");
            desk.seal("two");
            desk.save();
        }
        try (var desk = new Desk(here, red); OwnedFd secret = red.make("another user's")) {
            desk.call(ROOT, new Request.DeleteBox("one"));
            desk.box("one", secret, secret);
            desk.seal("one");
            desk.save(there.resolve("state"));
        }
        try (var desk = new Desk(there, red, blue)) {
            assertThat(desk.text("one", "b")).isEqualTo("another user's");
            try (OwnedFd two = desk.peek("two", "a").orElse(null)) {
                assertThat(two == null ? "shared" : Fds.text(two)).isEqualTo("shared");
            }
        }
    }
}
